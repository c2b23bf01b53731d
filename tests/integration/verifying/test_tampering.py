"""Folders that were tampered with: a sample of what tests/acceptance does ten thousand times."""

from __future__ import annotations

from pathlib import Path

from tests.integration.verifying.tampering import handed_over, state_folder

SEED = 20261123


def test_a_folder_that_was_handed_over_is_refused_after_any_mutation(tmp_path: Path) -> None:
    tampered = handed_over(tmp_path)
    before = tampered.checked().verification

    tally = tampered.fuzz(seed=SEED, count=4 * len(tampered.kinds))
    after = tampered.checked().verification

    assert before.problems == after.problems == ()
    assert tally.wrong == []
    assert tally.refused.total() == tally.tried.total() == 4 * len(tampered.kinds)


def test_a_state_folder_is_refused_or_counts_the_same_bytes(tmp_path: Path) -> None:
    tampered = state_folder(tmp_path)
    before = tampered.checked().verification

    tally = tampered.fuzz(seed=SEED, count=3 * len(tampered.kinds))
    after = tampered.checked().verification

    assert before.problems == after.problems == ()
    assert tally.wrong == []
