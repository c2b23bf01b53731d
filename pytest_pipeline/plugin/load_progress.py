"""Says how load tests go while they run, from within the test that asked for them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import pytest

from pytest_pipeline.plugin.child_reporter import REPORTER_NAME, ChildReporter
from pytest_pipeline.plugin.screen import Screen


def load_teller(config: pytest.Config, stage: str) -> Callable[[str], None]:
    """Return what shows a line about the load of a stage at once.

    A worker of pytest-xdist has no way to the terminal but its reports: it says nothing.

    Args:
        config: Of the session that runs the test.
        stage: Name of the stage, with which each line begins.
    """
    reporter = config.pluginmanager.get_plugin(REPORTER_NAME)
    if isinstance(reporter, ChildReporter):
        return lambda text: reporter.tell(f"{stage}: {text}")
    if hasattr(config, "workerinput"):
        return lambda _: None
    screen = Screen(config)
    capturing: Any = config.pluginmanager.get_plugin("capturemanager")

    def show(text: str) -> None:
        with capturing.global_and_fixture_disabled() if capturing else nullcontext():
            screen.show_line(f"{stage}: {text}")

    return show
