"""One attempt at a test: its phases through pytest's hooks, as pytest runs them."""

from __future__ import annotations

import bdb
import copy
from collections.abc import Callable
from typing import Any, Literal
from unittest import SkipTest

import pytest

_CONTROL_FLOW = (pytest.skip.Exception, SkipTest, bdb.BdbQuit)
#: What pytest calls its own plugin that sets tests up and tears them down.
_RUNNER = "runner"


def run_attempt(item: Any, nextitem: pytest.Item | None, again: Callable[[], bool]) -> None:  # noqa: ANN401 - attributes of a subclass of pytest's
    """Set a test up, call it and tear it down, and report each.

    The tear-down of an attempt that will be repeated is not reported: who collects the reports of
    a test, as pytest's writer of JUnit files does, would take the test as finished.

    Args:
        item: The test.
        nextitem: The test after it; None for none.
        again: Whether it will be repeated, known after its call.
    """
    has_request = hasattr(item, "_request")
    if has_request and not item._request:  # noqa: SLF001 - so does pytest, there is no public way
        item._initrequest()  # noqa: SLF001 - same
    try:
        if _run_phase(item, "setup", lambda: item.ihook.pytest_runtest_setup(item=item)).passed:
            _run_phase(item, "call", lambda: item.ihook.pytest_runtest_call(item=item))
        if again():
            _run_phase(item, "teardown", lambda: _tear_down_alone(item, nextitem), again)
        else:
            after = None if item.session.shouldfail or item.session.shouldstop else nextitem
            _run_phase(item, "teardown", lambda: _tear_down(item, after))
    finally:
        if has_request:
            item._request, item.funcargs = False, None  # noqa: SLF001 - same


def _run_phase(
    item: pytest.Item,
    when: Literal["setup", "call", "teardown"],
    run: Callable[[], object],
    unreported: Callable[[], bool] = lambda: False,
) -> pytest.TestReport:
    """Run a phase and report it, unless it passed and is to be left out."""
    interrupts = () if item.config.getoption("usepdb", default=False) else (KeyboardInterrupt,)
    call = pytest.CallInfo.from_call(run, when, reraise=(pytest.exit.Exception, *interrupts))
    report: pytest.TestReport = item.ihook.pytest_runtest_makereport(item=item, call=call)
    if not (report.passed and unreported()):
        item.ihook.pytest_runtest_logreport(report=report)
    error = call.excinfo.value if call.excinfo else None
    if error is None or hasattr(report, "wasxfail"):
        return report
    if not isinstance(error, _CONTROL_FLOW):
        item.ihook.pytest_exception_interact(node=item, call=call, report=report)
    return report


def _tear_down(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    item.ihook.pytest_runtest_teardown(item=item, nextitem=nextitem)


def _tear_down_alone(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Tear down a test alone, as if another of its class or module, itself, came after it.

    Where that fails the test is not repeated, and what no later test wants has to go after all:
    by pytest's own plugin alone, as the hooks of all others have seen the tear-down.
    """
    try:
        _tear_down(item, copy.copy(item))  # pytest tears down nothing before the very same item
    except BaseException:
        manager = item.config.pluginmanager
        others = [each for each in manager.get_plugins() if each is not manager.get_plugin(_RUNNER)]
        rest = manager.subset_hook_caller("pytest_runtest_teardown", others)
        rest(item=item, nextitem=nextitem)
        raise
