"""What compares a release with itself."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pytest_pipeline.engine.comparing_with_itself import ItselfSessions
from pytest_pipeline.engine.evidence_store import EvidenceStore
from pytest_pipeline.engine.measuring_baselines import StageSessions
from pytest_pipeline.engine.ports import Completed
from pytest_pipeline.engine.workspace import STATE_FOLDER
from pytest_pipeline.wiring.toolbox import WiredToolbox

# ruff: noqa: PLC0415 - adapters are imported when they are first needed


def itself_sessions(tools: WiredToolbox, *, runs: int) -> ItselfSessions:
    """Return what runs a stage with its release beside itself.

    Args:
        tools: The toolbox of the service.
        runs: Runs of each side that a load test makes; even, >= 4.
    """
    from pytest_pipeline.adapters.stage_sessions import BESIDE_ITSELF, OtherCommitSessions

    sessions = OtherCommitSessions(
        tools.processes,
        logs=tools.workspace.state / "baselines" / "logs",
        evidence=_evidence,
        root=tools.workspace.root,
        environ={**os.environ, BESIDE_ITSELF: str(runs)},
    )
    return _Sessions(tools, sessions)


def runs_beside_itself(environ: Mapping[str, str]) -> int:
    """Return how many runs of each side load tests make of a release beside itself; 0 for none."""
    from pytest_pipeline.adapters.stage_sessions import BESIDE_ITSELF

    return int(environ.get(BESIDE_ITSELF, 0))


@dataclass(frozen=True)
class _Sessions:
    """Implements `ItselfSessions`."""

    tools: WiredToolbox
    sessions: StageSessions

    @contextmanager
    def copied(self) -> Iterator[Path]:
        from pytest_pipeline.adapters.selftest_sessions import copied_service
        from pytest_pipeline.domain.path_names import read_path

        root = self.tools.workspace.root
        files = self.tools.revise(root).files
        with copied_service(root, [read_path(each) for each in files]) as (copy, _):
            yield copy

    def run(self, root: Path, stage: str, *, timeout_s: float) -> Completed:
        return self.sessions.run(root, stage, timeout_s=timeout_s)

    def evidence(self, root: Path) -> EvidenceStore:
        return self.sessions.evidence(root)


def _evidence(root: Path) -> EvidenceStore:
    from pytest_pipeline.adapters.evidence_folder import EvidenceFolder

    return EvidenceFolder(root / STATE_FOLDER)
