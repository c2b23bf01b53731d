"""What measures the merge base."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pytest_pipeline.engine.evidence_store import EvidenceStore
from pytest_pipeline.engine.measuring_baselines import BaselineMeasuring
from pytest_pipeline.engine.workspace import STATE_FOLDER
from pytest_pipeline.wiring.toolbox import WiredToolbox

# ruff: noqa: PLC0415 - adapters are imported when they are first needed


def baseline_measuring(tools: WiredToolbox, service: str) -> BaselineMeasuring:
    """Return what measures the merge base of a service, by its name."""
    from pytest_pipeline.adapters.stage_sessions import OtherCommitSessions

    sessions = OtherCommitSessions(
        tools.processes,
        logs=tools.workspace.state / "baselines" / "logs",
        evidence=_evidence,
        root=tools.workspace.root,
    )
    return BaselineMeasuring(tools, tools.work_trees, sessions, service)


def measures_baseline(environ: Mapping[str, str]) -> bool:
    """Return whether this session's evidence is only to be compared with."""
    from pytest_pipeline.adapters.stage_sessions import ONLY_COMPARED

    return bool(environ.get(ONLY_COMPARED))


def _evidence(root: Path) -> EvidenceStore:
    from pytest_pipeline.adapters.evidence_folder import EvidenceFolder

    return EvidenceFolder(root / STATE_FOLDER)
