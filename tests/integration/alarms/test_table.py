"""Each source in each state with each policy: what was decided, on a virtual clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product

import pytest

from pytest_pipeline.domain.alarm_bounds import parse_bound
from pytest_pipeline.domain.alarms import Alarm, PoolStatistics, TreatMissing
from pytest_pipeline.domain.alarms.instance_figures import InstanceFigures
from pytest_pipeline.domain.alarms.sources import (
    CommandSource,
    HttpSource,
    InstancesSource,
    PrometheusSource,
    RouterSource,
    TestsSource,
)
from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.engine.alarm_sources import Answer, Question
from tests.integration.rollouts.place import NAME, Place

Said = Answer | Callable[[Question], Answer]
UNREADABLE = Answer(reason="connection refused")


def told(value: float) -> Callable[[Question], Answer]:
    def answer(question: Question) -> Answer:
        return Answer(figures={each: InstanceFigures(value) for each in question.instances})

    return answer


SOURCES = {
    "router": (RouterSource("error_ratio"), "<= 0.05", None, None),
    "instances": (InstancesSource("queue", aggregate="max"), "<= 5", told(1), told(9)),
    "prometheus": (PrometheusSource("http://p", "up"), ">= 1", Answer(1), Answer(0)),
    "http": (HttpSource("http://h", "/ok"), None, Answer(1), Answer(0)),
    "command": (CommandSource(("check",)), "< 3", Answer(2), Answer(3)),
    "tests": (TestsSource(("e2e",)), None, Answer(1), Answer(0)),
}
STATES = ("OK", "ALARM", "unreadable")


def table_of() -> list[tuple[str, str, TreatMissing]]:
    return list(product(SOURCES, STATES, TreatMissing))


@pytest.fixture
def first() -> Place:
    """Return a place where the first release serves."""
    place = Place(Environment(NAME, replicas=2, strategy="blue-green"))
    assert place.deploy().exit_code == ExitCode.OK
    return place


def watch(place: Place, source: str, state: str, treat: TreatMissing) -> None:
    """Have the environment watch a source that is in a state."""
    made, bound, fine, bad = SOURCES[source]
    alarm = Alarm(source, made, parse_bound(bound) if bound else None, treat_missing=treat)
    place.environment = replace(place.environment, alarms=(alarm,))
    if source != "router":
        said: dict[str, Said | None] = {"OK": fine, "ALARM": bad, "unreadable": UNREADABLE}
        found = said[state]
        assert found is not None
        place.alarm_sources.said[source] = found
    elif state == "ALARM":
        place.router.failing.add("r2")
    elif state == "unreadable":
        place.router.statistics = lambda _: PoolStatistics()  # type: ignore[method-assign]


@pytest.mark.parametrize(("source", "state", "treat"), table_of())
def test_only_an_alarm_that_is_ok_lets_a_deployment_succeed(
    first: Place, source: str, state: str, treat: TreatMissing
) -> None:
    watch(first, source, state, treat)

    ended = first.deploy()

    assert ended.record is not None
    decided = str(ended.record.alarms[-1].state)
    if state == "OK":
        assert (ended.exit_code, decided) == (ExitCode.OK, "OK"), ended.failures
        assert first.serving() == {"r2": 100}
        return
    assert (ended.exit_code, ended.record.trigger) == (ExitCode.ROLLED_BACK, "STOP_ON_ALARM")
    assert first.serving() == {"r1": 100}
    blind = state == "unreadable" and (source == "router" or treat is not TreatMissing.BREACHING)
    wanted = "INSUFFICIENT_DATA" if state == "unreadable" and blind else "ALARM"
    assert decided == wanted
    assert source in ended.record.failure
