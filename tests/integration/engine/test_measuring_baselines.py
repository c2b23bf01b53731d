"""What is measured of the merge base is signed by who asked for it, or compared with by nobody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from pytest_pipeline import wiring
from pytest_pipeline.adapters.evidence_folder import EvidenceFolder
from pytest_pipeline.domain.evidence import Evidence
from pytest_pipeline.domain.revisions import Revision
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.trust import Signer
from pytest_pipeline.domain.verdicts import Verdict
from pytest_pipeline.engine.baselines import TO_COMPARE
from pytest_pipeline.engine.measuring_baselines import BaselineMeasuring, MeasuredStage
from pytest_pipeline.engine.ports import Completed
from pytest_pipeline.testing.silent_progress import SilentProgress
from tests.statements import MemorySigner, envelope_of

COMMIT = "c" * 40
REVISION = Revision(COMMIT, dirty=False, files={"a": "1"})
STAGE = Stage("unit", ("unit",))
MEASURED = Evidence(
    stage="unit",
    verdict=Verdict.PASS,
    revision_tree=REVISION.tree,
    commit=COMMIT,
    artifact=None,
    policy=TO_COMPARE,
    results=(),
    measurements={"tests.skipped": 1},
    resources={},
    interpreter="3.12",
    distributions={},
    execution="e1",
    created="2026-01-01T00:00:00Z",
    dirty=False,
)


@dataclass
class Elsewhere:
    """A work tree whose stages leave what they left before, unsigned."""

    folder: Path

    @contextmanager
    def checked_out(self, root: Path, commit: str) -> Iterator[Path]:
        assert root.is_dir()
        assert commit == COMMIT
        yield self.folder

    def run(self, root: Path, stage: str, *, timeout_s: float) -> Completed:
        assert (root, stage) == (self.folder, "unit")
        assert timeout_s > 0
        self.evidence(root).add(envelope_of(MEASURED), REVISION)
        return Completed(0, "")

    def evidence(self, root: Path) -> EvidenceFolder:
        return EvidenceFolder(root)


def measured(
    tmp_path: Path, *, signer: MemorySigner | None, known: MemorySigner | None
) -> tuple[MeasuredStage, bool]:
    """Return what was measured, and whether it is compared with."""
    elsewhere = Elsewhere(tmp_path / "elsewhere")
    signers = (Signer("ci", known.key),) if known else ()
    (tmp_path / "service").mkdir()
    with wiring.toolbox(
        tmp_path / "service", SilentProgress(), signer=signer, signers=signers
    ) as tools:
        measuring = BaselineMeasuring(tools, elsewhere, elsewhere, "orders")
        (found,) = measuring.measure([STAGE], COMMIT)
        return found, measuring.known("unit", COMMIT) is not None


@pytest.mark.parametrize("trusting", [True, False])
def test_what_is_measured_is_compared_with(tmp_path: Path, *, trusting: bool) -> None:
    signer = MemorySigner() if trusting else None
    found, known = measured(tmp_path, signer=signer, known=signer)

    assert found.evidence == MEASURED
    assert known


@pytest.mark.parametrize("signer", [None, MemorySigner()])
def test_what_no_known_key_signs_is_not(tmp_path: Path, signer: MemorySigner | None) -> None:
    found, known = measured(tmp_path, signer=signer, known=MemorySigner())

    assert found.evidence is None
    assert "give the key by PYTEST_PIPELINE_KEY" in found.failure
    assert not known
