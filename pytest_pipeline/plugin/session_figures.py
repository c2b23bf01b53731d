"""All that the session of a stage measures once, at its end, beside its tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_pipeline import wiring
from pytest_pipeline.domain.stage_figures import StageFigures
from pytest_pipeline.plugin.coverage_figures import coverage_figures
from pytest_pipeline.plugin.errand import Errand
from pytest_pipeline.plugin.hook_figures import hook_figures

#: Somebody waits for the session to end, or it never began: other people's code is not called.
_BROKEN_OFF = (pytest.ExitCode.INTERRUPTED, pytest.ExitCode.USAGE_ERROR)


def session_figures(session: pytest.Session, errand: Errand) -> StageFigures:
    """Return what the session that ran a stage's tests measured, workers' parts included.

    Args:
        session: That session, at its end: not a worker's, not the controller's.
        errand: What it was to do.
    """
    config = session.config
    coverage = coverage_figures(
        config, errand.measures, Path(errand.root), wiring.history, errand.base
    )
    if session.exitstatus in _BROKEN_OFF:
        return coverage
    return coverage + hook_figures(config, errand.stage)
