"""All that the session of a stage measures once, at its end, beside its tests."""

from __future__ import annotations

import pytest

from pytest_pipeline import wiring
from pytest_pipeline.domain.stage_figures import StageFigures
from pytest_pipeline.plugin.coverage_figures import coverage_figures
from pytest_pipeline.plugin.hook_figures import hook_figures
from pytest_pipeline.plugin.session_state import pipeline_of, service_root_of

#: Somebody waits for the session to end, or it never began: other people's code is not called.
_BROKEN_OFF = (pytest.ExitCode.INTERRUPTED, pytest.ExitCode.USAGE_ERROR)


def session_figures(session: pytest.Session, stage: str) -> StageFigures:
    """Return what the session that ran a stage's tests measured, workers' parts included.

    Args:
        session: That session, at its end: not a worker's, not the controller's.
        stage: Name of the stage.
    """
    config = session.config
    pipeline = pipeline_of(config)
    asked = [
        objective.measure
        for each in pipeline.stages
        if each.name == stage
        for objective in each.gate.objectives
    ]
    root = service_root_of(config)
    coverage = coverage_figures(config, asked, root, wiring.history, pipeline.base)
    if session.exitstatus in _BROKEN_OFF:
        return coverage
    return coverage + hook_figures(config, stage)
