"""Injections into tests: one of them goes wrong, or all are marked."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Mapping
from types import MappingProxyType

import pytest

from pytest_pipeline.domain.patterns_of_tests import naming
from pytest_pipeline.plugin.injecting.order import Order
from pytest_pipeline.plugin.session_state import deadline_of

_SAID = "injected by gates selftest"
#: Deadline that a hanging test lets the stage have from its begin, seconds; and how long it hangs.
_DEADLINE_S = 0.5
_HANGS_S = 60.0


class Victim:
    """The one test that goes wrong: that with the fewest fixtures, or the shortest load test.

    None that the quarantine excuses, as its failures are to get through; and none that is skipped,
    if there is another.

    Args:
        order: What goes wrong.
        call: What happens in the place of its call; None for nothing of the kind.
        needs_load: Whether it has to be a load test.
    """

    def __init__(
        self,
        order: Order,
        *,
        call: Callable[[pytest.Item, Order], None] | None = None,
        needs_load: bool = False,
    ) -> None:
        self._order = order
        self._call = call
        self._needs_load = needs_load
        self.item: pytest.Item | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Choose it."""
        spared = naming(*self._order.spared)
        chosen = (each for each in session.items if not self._needs_load or self._is_load(each))
        known = (each for each in chosen if not spared(each.nodeid))
        self.item = min(known, key=self._cost, default=None)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> None:
        """Have it go wrong."""
        if item is self.item and self._call is not None:
            self._call(item, self._order)

    def _is_load(self, item: pytest.Item) -> bool:
        known = self._order.recorded.get(item.nodeid, {})
        return any(each["loads"] for each in known.get("recorded", {}).values())

    def _cost(self, item: pytest.Item) -> tuple[bool, float, str]:
        known = self._order.recorded.get(item.nodeid, {})
        is_called = known.get("outcome", "passed") == "passed"
        took_s = float(sum(known.get("durations", {}).values()))
        fixtures = 0 if self._needs_load else len(getattr(item, "fixturenames", ()))
        return not is_called, fixtures + took_s, item.nodeid


class ErringFixture:
    """A fixture of everybody's that raises for the victim."""

    def __init__(self, order: Order, victim: Victim) -> None:
        self._order = order
        self._victim = victim

    @pytest.fixture(autouse=True)
    def _pipeline_injected(self, request: pytest.FixtureRequest) -> None:
        if request.node is self._victim.item:
            self._order.note()
            raise RuntimeError(_SAID)


class Marks:
    """Marks every test as one that is skipped, or is expected to fail."""

    def __init__(self, order: Order) -> None:
        self._order = order
        xfail = pytest.mark.xfail(reason=_SAID, run=False, strict=False)
        self._mark = pytest.mark.skip(reason=_SAID) if order.injection == "all-skipped" else xfail

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Mark them."""
        for item in session.items:
            item.add_marker(self._mark, append=False)
            self._order.note()


def _fail(_item: pytest.Item, order: Order) -> None:
    order.note()
    raise AssertionError(_SAID)


def _leave(_item: pytest.Item, order: Order) -> None:
    order.note()
    os._exit(0)


def _end_session(_item: pytest.Item, order: Order) -> None:
    order.note()
    pytest.exit(_SAID, returncode=0)


def _stop_session(item: pytest.Item, order: Order) -> None:
    order.note()
    item.session.shouldstop = _SAID


def _kill_worker(item: pytest.Item, order: Order) -> None:
    if hasattr(item.config, "workerinput"):  # nobody else is to be killed
        order.note()
        os.kill(os.getpid(), signal.SIGKILL)


def _hang(item: pytest.Item, order: Order) -> None:
    deadline = deadline_of(item.config)
    if deadline is None or deadline.timeout_s is None:
        return
    deadline.cancel()
    deadline.timeout_s = min(deadline.timeout_s, _DEADLINE_S)
    deadline.start()
    order.note()
    threading.Event().wait(_HANGS_S)


#: Injection to what happens in the place of the victim's call.
CALLS: Mapping[str, Callable[[pytest.Item, Order], None]] = MappingProxyType(
    {
        "failing-test": _fail,
        "os-exit": _leave,
        "pytest-exit": _end_session,
        "session-stopped": _stop_session,
        "worker-killed": _kill_worker,
        "timeout": _hang,
    }
)
