"""Tries failed tests again: set-up, call and tear-down anew, within one protocol of pytest's."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

from pytest_pipeline.plugin.one_attempt import run_attempt
from pytest_pipeline.plugin.report_texts import failure_of

#: What the report of an attempt that does not count says; other plugins know the word.
RERUN = "rerun"
#: Marks tests that a plugin of its own tries again; those are left to it.
_OF_OTHERS = "flaky"
#: Property of a test that was tried again: how it failed first, and how much of that; characters.
FORMER_FAILURE, _FAILURE_CHARS = "pipeline.first_failure", 2_000


class Retrying:
    """A plugin, in every process that runs tests.

    A failure in set-up or call is tried again. A failed tear-down is not, since what it left
    behind is there still, and neither is a failed subtest, which was reported as failed already.

    Args:
        retries: How often a failed test is tried again, >= 1.
    """

    def __init__(self, retries: int) -> None:
        self._retries = retries
        self._left: int | None = None
        self._again = False
        self._is_calling = False
        self._failure = ""

    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> Any:  # noqa: ANN401 - what pytest returns
        """Run all attempts at a test in the place of pytest's one, within the same wrappers."""
        if item.get_closest_marker(_OF_OTHERS) or item.config.getoption("setupshow", default=False):
            return None
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        try:
            self._try(item, nextitem)
        finally:
            self._left, self._failure = None, ""
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True

    def _try(self, item: pytest.Item, nextitem: pytest.Item | None) -> None:
        properties = list(item.user_properties)
        for left in range(self._retries, -1, -1):
            self._left, self._again = left, False
            run_attempt(item, nextitem, lambda: self._again)
            if not self._again:
                break
            _forget_instance(item)
            item.user_properties = [*properties, (FORMER_FAILURE, self._failure)]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Generator[None]:
        """Know when a test is running: whatever is reported meanwhile is a part of it."""
        self._is_calling = True
        try:
            return (yield)
        finally:
            self._is_calling = False

    @pytest.hookimpl(wrapper=True, tryfirst=True)  # outermost: what others make of it counts
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Say of a failure that will be tried again that it does not count."""
        report = yield
        if not report.failed or self._left is None:
            return report
        stops = item.session.shouldstop or item.session.shouldfail
        if self._is_calling or report.when == "teardown" or stops:
            self._left, self._again = 0, False
        elif self._left:
            self._again = True
            self._failure = self._failure or failure_of(report, _FAILURE_CHARS)
            report.outcome = RERUN  # type: ignore[assignment]  # the word that plugins use
        return report


def _forget_instance(item: Any) -> None:  # noqa: ANN401 - attributes of a subclass of pytest's
    """Have a test method get a new instance, not the one that the failed attempt wrote to.

    pytest keeps the instance for the life of the item and has no public way to drop it.
    """
    if getattr(item, "_instance", None) is not None:
        del item._instance  # noqa: SLF001
        item._obj = None  # noqa: SLF001 - bound to it, found again when it is asked for


class RetryWords:
    """A plugin that has the terminal show attempts that did not count."""

    def pytest_report_teststatus(
        self, report: pytest.TestReport | pytest.CollectReport
    ) -> tuple[str, str, tuple[str, dict[str, bool]]] | None:
        """Name them as pytest-rerunfailures does."""
        if str(report.outcome) != RERUN:
            return None
        return RERUN, "R", ("RERUN", {"yellow": True})


def is_tried_by_others(config: pytest.Config) -> str:
    """Return the option that has another plugin try all failed tests again; empty for none."""
    for name in ("reruns", "force_reruns", "retries"):
        value = config.getoption(name, default=None)
        if value:
            return f"--{name.replace('_', '-')}"
    for name in ("reruns", "retries"):
        try:
            value = config.getini(name)
        except (ValueError, KeyError):
            continue
        if value and str(value) != "0":
            return f"{name} in the ini file"
    return ""
