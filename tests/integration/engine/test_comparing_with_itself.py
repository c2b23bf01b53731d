"""The load tests of a stage with the same artifact on both sides: what comes back, and why not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from pytest_pipeline.adapters.evidence_folder import EvidenceFolder
from pytest_pipeline.domain.envelopes import sha256_of
from pytest_pipeline.domain.evidence import Evidence
from pytest_pipeline.domain.handoffs import Beside
from pytest_pipeline.domain.revisions import Revision
from pytest_pipeline.domain.stage_reports import report_text
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.tallies import StageRun
from pytest_pipeline.domain.verdicts import Verdict
from pytest_pipeline.engine.baselines import TO_COMPARE
from pytest_pipeline.engine.comparing_with_itself import BesideItself, compare_with_itself
from pytest_pipeline.engine.ports import Completed
from tests.statements import envelope_of
from tests.unit.domain.side_by_side.test_stage_verdict import EQUAL, run_of

REVISION = Revision("c" * 40, dirty=False, files={"a": "1"})
STAGE = Stage("performance", ("performance",))


@dataclass
class Copies:
    """Sessions on a copy, which leave the report of a run."""

    folder: Path
    left: StageRun | None
    exit_code: int | None = 0

    @contextmanager
    def copied(self) -> Iterator[Path]:
        yield self.folder

    def run(self, root: Path, stage: str, *, timeout_s: float) -> Completed:
        assert (root, stage, timeout_s) == (self.folder, "performance", 1800 + 900)
        if self.left is not None:
            report = report_text(stage, self.left)
            evidence = Evidence(
                stage, Verdict.PASS, REVISION.tree, REVISION.commit, None, TO_COMPARE, (), {}, {},
                "3.12", {}, "e1", "2026-01-01T00:00:00Z", report=sha256_of(report),
            )  # fmt: skip
            self.evidence(root).add(envelope_of(evidence), REVISION, report)
        return Completed(self.exit_code, "one\ntwo\n")

    def evidence(self, root: Path) -> EvidenceFolder:
        return EvidenceFolder(root)


def test_the_runs_of_every_load_test_come_back(tmp_path: Path) -> None:
    found = compare_with_itself(Copies(tmp_path, run_of(EQUAL, EQUAL)), STAGE)

    assert found == BesideItself((("t", EQUAL), ("t (2)", EQUAL)))


@pytest.mark.parametrize(
    ("left", "exit_code", "said"),
    [
        pytest.param(None, 26, "it ended with exit code 26 and measured nothing", id="broken"),
        pytest.param(run_of(EQUAL), None, "it did not end within 2700 s", id="hanging"),
        pytest.param(replace(run_of(EQUAL), problems=("a worker died",)), 26, "a worker died",
                     id="invalid"),
        pytest.param(run_of(None), 21, "no test of it called pipeline_load_test", id="no-runs"),
        pytest.param(replace(run_of(EQUAL), beside=Beside(missing="not ready")), 21, "not ready",
                     id="not-beside"),
    ],
)  # fmt: skip
def test_what_measured_nothing_says_why(
    tmp_path: Path, left: StageRun | None, exit_code: int | None, said: str
) -> None:
    found = compare_with_itself(Copies(tmp_path, left, exit_code), STAGE)

    assert found.loads == ()
    assert found.failure.startswith(said)
    assert found.output == "one\ntwo"
