"""Makes one thing go wrong in a stage: what `pytest-pipeline gates selftest` loads into its runs.

No back door: a session that loads it, ``-p pytest_pipeline.plugin.injecting``, writes its evidence
apart, where no gate looks but that of another such session (`SELFTEST_FOLDER`), and what replaces
figures leaves each objective the worse of both results.
"""

from __future__ import annotations

import pytest

from pytest_pipeline.plugin.injecting.broken_collection import BrokenModule, NoTests
from pytest_pipeline.plugin.injecting.load_faults import DeadGenerator, NoRequests
from pytest_pipeline.plugin.injecting.observing import Observer
from pytest_pipeline.plugin.injecting.order import Order, read_order
from pytest_pipeline.plugin.injecting.stand_ins import StandIns
from pytest_pipeline.plugin.injecting.victims import CALLS, ErringFixture, Marks, Victim
from pytest_pipeline.plugin.options import Mode, mode_of
from pytest_pipeline.plugin.session_state import keep_spoilt

#: What only watches, or takes something away by an option.
_BY_OPTION = ("", "coverage-missing")


def pytest_configure(config: pytest.Config) -> None:
    """Register what makes the ordered thing go wrong.

    Raises:
        pytest.UsageError: If this is no run of a self-test.
    """
    order = read_order()
    is_worker = hasattr(config, "workerinput")
    if order is None or not (is_worker or mode_of(config.option) is Mode.STAGE):
        raise pytest.UsageError(
            "pytest_pipeline.plugin.injecting is loaded by pytest-pipeline gates selftest alone: "
            "take -p pytest_pipeline.plugin.injecting out"
        )
    if order.record and not is_worker:
        config.pluginmanager.register(Observer(order), "pipeline-observer")
    for number, plugin in enumerate(_plugins(config, order)):
        config.pluginmanager.register(plugin, f"pipeline-injection-{number}")
    if order.spoilt is not None:
        keep_spoilt(config, order.spoilt)
        order.note()
    if order.injection == "coverage-missing" and config.getoption("no_cov", default=False):
        order.note()


def _plugins(config: pytest.Config, order: Order) -> list[object]:
    """Return what acts in this process, the tests that stand in for the user's last."""
    name = order.injection
    if name in _BY_OPTION or order.spoilt is not None:
        return [StandIns(order, None)]
    if name in ("all-skipped", "all-xfail"):
        return [Marks(order)]
    if name == "none-collected":
        return [NoTests(order)]
    if name == "broken-module":
        return [BrokenModule(order), StandIns(order, None)]
    if name in ("generator-dead", "zero-requests"):
        victim = Victim(order, needs_load=True)
        fault = DeadGenerator if name == "generator-dead" else NoRequests
        return [victim, fault(config, order, victim), StandIns(order, victim)]
    victim = Victim(order, call=CALLS.get(name))
    fixture = [ErringFixture(order, victim)] if name == "erroring-fixture" else []
    return [victim, *fixture, StandIns(order, victim)]
