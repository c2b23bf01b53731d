"""Tests that stand in for the user's: what those came to without an injection is said again."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import pytest

from pytest_pipeline.plugin.injecting.order import Order
from pytest_pipeline.plugin.injecting.victims import Victim
from pytest_pipeline.plugin.recording import REPORT_ATTRIBUTE


class StandIns:
    """Replaces every test function but the victim, so that an injection costs no whole stage.

    Each still is collected, set up, called and torn down by pytest; its fixtures are not made, and
    its call does nothing but come to what the test came to before.

    Args:
        order: Knows what tests came to; nothing is replaced when that is not known.
        victim: Who chooses the test that is left alone; None for nobody.
    """

    def __init__(self, order: Order, victim: Victim | None) -> None:
        self._known = {} if order.real else order.recorded
        self._victim = victim
        self._replaced: set[str] = set()

    @pytest.hookimpl(trylast=True)  # the victim was chosen
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Replace them."""
        victim = self._victim.item if self._victim else None
        for item in session.items:
            known = self._known.get(item.nodeid)
            if known is None or item is victim or type(item) is not pytest.Function:
                continue
            item.obj = _stand_in(known)
            item.funcargs.update(dict.fromkeys(item.fixturenames))
            self._replaced.add(item.nodeid)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Put on the report what the test recorded and how long it took."""
        report = yield
        if item.nodeid in self._replaced:
            known = self._known[item.nodeid]
            report.duration = known["durations"].get(report.when, report.duration)
            recorded = known["recorded"].get(report.when)
            if recorded:
                setattr(report, REPORT_ATTRIBUTE, recorded)
        return report


def _stand_in(known: dict[str, Any]) -> Callable[..., None]:
    outcome, reason = known["outcome"], known["reason"]

    def stand_in(**_fixtures: object) -> None:
        if outcome == "skipped":
            pytest.skip(reason)
        if outcome == "xfailed":
            pytest.xfail(reason)

    return stand_in
