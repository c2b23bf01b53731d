"""Acceptance point 2 of evidence: ten thousand random mutations, none accepted.

The seed is printed; ``PIPELINE_TAMPER_SEED`` sets it.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import pytest

from tests.acceptance.conftest import Show
from tests.integration.verifying.fuzzing import COLUMNS, Tally
from tests.integration.verifying.tampering import Tampered, handed_over, state_folder

MUTATIONS = 10_000
#: So often the folder that nobody altered is checked in between.
TURNS = 10


@pytest.mark.timeout(900)
def test_no_mutation_of_a_folder_that_was_handed_over_is_accepted(
    tmp_path: Path, show: Show
) -> None:
    tampered = handed_over(tmp_path)
    tally = _tamper(tampered, "A folder that was handed over", show)

    assert tally.wrong == []
    assert tally.refused.total() == tally.tried.total() == MUTATIONS


@pytest.mark.timeout(900)
def test_a_state_folder_is_refused_or_counts_the_same_bytes(tmp_path: Path, show: Show) -> None:
    tampered = state_folder(tmp_path)
    tally = _tamper(tampered, "A state folder, verified for production", show)

    assert tally.wrong == []
    assert tally.tried.total() == MUTATIONS


def _tamper(tampered: Tampered, title: str, show: Show) -> Tally:
    seed = int(os.environ.get("PIPELINE_TAMPER_SEED") or secrets.randbelow(10**9))
    tally = Tally()
    for turn in range(TURNS):
        assert tampered.checked().verification.problems == ()
        tally.add(tampered.fuzz(seed=seed + turn, count=MUTATIONS // TURNS))
    show(f"{title}: seed {seed}", COLUMNS, tally.rows)
    assert tampered.checked().verification.problems == ()
    return tally
