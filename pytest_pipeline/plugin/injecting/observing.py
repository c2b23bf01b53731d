"""Writes down what the tests of a stage came to without an injection."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pytest_pipeline.plugin.coverage_link import covered_percent
from pytest_pipeline.plugin.injecting.order import Order
from pytest_pipeline.plugin.recording import REPORT_ATTRIBUTE


class Observer:
    """A plugin of the process that sees all reports."""

    def __init__(self, order: Order) -> None:
        self._path = Path(order.record)
        self._tests: dict[str, dict[str, Any]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the report of a test's phase."""
        test = self._tests.setdefault(
            report.nodeid, {"outcome": "passed", "reason": "", "durations": {}, "recorded": {}}
        )
        test["durations"][report.when] = report.duration
        recorded = getattr(report, REPORT_ATTRIBUTE, None)
        if recorded:
            test["recorded"][report.when] = recorded
        if report.skipped:
            test["outcome"] = "xfailed" if hasattr(report, "wasxfail") else "skipped"
            test["reason"] = str(getattr(report, "wasxfail", "") or _reason(report.longrepr))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write it all."""
        known = {
            "tests": self._tests,
            "xdist": session.config.pluginmanager.hasplugin("xdist"),
            "coverage": covered_percent(session.config) is not None,
        }
        self._path.write_text(json.dumps(known))


def _reason(longrepr: object) -> str:
    """Return why a test was skipped."""
    text = longrepr[2] if isinstance(longrepr, tuple) else longrepr
    return str(text).removeprefix("Skipped: ")
