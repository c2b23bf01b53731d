"""Runs the load tests of a stage with the same artifact on both sides, on a copy of the service."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pytest_pipeline.domain.side_by_side.stage_sides import NamedSides, sides_of_stage
from pytest_pipeline.domain.stage_reports import run_from
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.tallies import StageRun
from pytest_pipeline.engine.evidence_store import EvidenceStore
from pytest_pipeline.engine.ports import Completed

#: What building, deploying and starting Python may take besides the tests, seconds.
_SET_UP_S = 900.0
_TAIL_LINES = 15


class ItselfSessions(Protocol):
    """Runs a stage on a copy of the service, its release beside itself."""

    def copied(self) -> AbstractContextManager[Path]:
        """Yield the root of a copy, which is gone at the end with all evidence in it.

        Raises:
            SourceError: If the service cannot be copied.
        """
        ...

    def run(self, root: Path, stage: str, *, timeout_s: float) -> Completed:
        """Run a stage on its own, to its end or to the deadline.

        Args:
            root: The copy.
            stage: Its name.
            timeout_s: Longest duration, seconds, > 0.

        Raises:
            TargetStartError: If it cannot be started.
        """
        ...

    def evidence(self, root: Path) -> EvidenceStore:
        """Return the evidence that was written there."""
        ...


@dataclass(frozen=True)
class BesideItself:
    """What load tests of a release beside itself measured.

    Attributes:
        loads: Every load test, and its runs; empty when nothing was measured.
        failure: Why nothing was, in words; empty when something was.
        output: The end of what the session wrote; empty when all is well.
    """

    loads: tuple[NamedSides, ...] = ()
    failure: str = ""
    output: str = ""


def compare_with_itself(sessions: ItselfSessions, stage: Stage) -> BesideItself:
    """Run the load tests of a stage; nothing is left of it that could promote anything.

    Args:
        sessions: Runs the stage.
        stage: The stage; its gate compares side by side.

    Raises:
        SourceError: If the service cannot be copied.
        TargetStartError: If the session cannot be started.
        EvidenceError: If what it left cannot be read.
    """
    timeout_s = stage.timeout_s + _SET_UP_S
    with sessions.copied() as root:
        done = sessions.run(root, stage.name, timeout_s=timeout_s)
        run = _run(sessions.evidence(root), stage.name)
    if done.exit_code is None:
        return _failed(done, f"it did not end within {timeout_s:g} s; raise timeout_s of the stage")
    if run is None:
        return _failed(done, f"it ended with exit code {done.exit_code} and measured nothing")
    if run.problems:
        return _failed(done, run.problems[0])
    if run.beside is not None and run.beside.missing:
        return _failed(done, run.beside.missing)
    loads = sides_of_stage([(name, load.sides) for name, load in run.loads])
    if not loads:
        return _failed(done, "no test of it called pipeline_load_test")
    return BesideItself(loads)


def _run(store: EvidenceStore, stage: str) -> StageRun | None:
    found = store.latest(stage)
    report = store.report(found.evidence.report) if found and found.evidence.report else None
    try:
        return run_from(report) if report is not None else None
    except ValueError:
        return None


def _failed(done: Completed, why: str) -> BesideItself:
    output = "\n".join(done.output.rstrip().splitlines()[-_TAIL_LINES:])
    return BesideItself(failure=why, output=output)
