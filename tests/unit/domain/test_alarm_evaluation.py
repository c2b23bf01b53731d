"""What an alarm says of its datapoints."""

from __future__ import annotations

import pytest

from pytest_pipeline.domain.alarm_bounds import parse_bound
from pytest_pipeline.domain.alarms import (
    DEFAULT_ALARMS,
    Alarm,
    AlarmState,
    CompositeAlarm,
    Datapoint,
    Moment,
    Operator,
    PoolStatistics,
    TreatMissing,
    actors,
    evaluate,
    report_of,
    watching,
)
from pytest_pipeline.domain.alarms.instance_figures import InstanceFigures, instances_datapoint
from pytest_pipeline.domain.alarms.router_figures import against, router_datapoint
from pytest_pipeline.domain.alarms.sources import HttpSource, InstancesSource
from pytest_pipeline.errors import ConfigError

QUEUE = Alarm("queue", HttpSource("http://x"), parse_bound("<= 10"), 1.0)


@pytest.mark.parametrize(
    ("alarm", "series", "state", "said"),
    [
        (QUEUE, [], "INSUFFICIENT_DATA", "queue: no datapoint yet"),
        (QUEUE, [Datapoint(3)], "OK", "queue 3, wanted <= 10"),
        (QUEUE, [Datapoint(11)], "ALARM", "queue 11, wanted <= 10"),
        (QUEUE, [Datapoint(None, "refused")], "INSUFFICIENT_DATA", "queue: refused"),
        (
            Alarm("queue", QUEUE.source, QUEUE.bound, 1.0, treat_missing=TreatMissing.BREACHING),
            [Datapoint(None, "refused")],
            "ALARM",
            "queue: refused, which counts as breaching",
        ),
        (
            Alarm("queue", QUEUE.source, QUEUE.bound, 1.0, 2, 3),
            [Datapoint(11), Datapoint(None, "refused"), Datapoint(12)],
            "ALARM",
            ("queue 12, wanted <= 10 "
             "(2 of the last 3 datapoints breach, 1 are missing; 2 of 3 fire)"),
        ),
        (Alarm("up", QUEUE.source, None), [Datapoint(1.0)], "OK", "up true, wanted true"),
        (Alarm("up", QUEUE.source, None), [Datapoint(0.0)], "ALARM", "up false, wanted true"),
        (
            Alarm("p", QUEUE.source, parse_bound("<= 1.5x")),
            [Datapoint(9, baseline=5, note="of r1 up to the switch")],
            "ALARM",
            "p 9, wanted <= +50% of stable's 5 (of r1 up to the switch)",
        ),
        (Alarm("p", QUEUE.source, parse_bound("<= +10%")), [Datapoint(9)], "INSUFFICIENT_DATA",
         "p: no datapoint"),
    ],
)  # fmt: skip
def test_an_alarm_says_what_decided(
    alarm: Alarm, series: list[Datapoint], state: str, said: str
) -> None:
    reading = evaluate(alarm, series)

    assert (reading.state, str(reading)) == (state, said)


def test_a_record_keeps_state_value_bound_and_reason() -> None:
    report = report_of(evaluate(QUEUE, [Datapoint(11)]))

    assert (report.name, report.state, report.value, report.bound, report.reason) == (
        "queue", AlarmState.ALARM, 11, "<= 10", "queue 11, wanted <= 10",
    )  # fmt: skip


def test_members_of_composites_do_not_act_by_themselves() -> None:
    other = Alarm("other", QUEUE.source, None)
    both = CompositeAlarm("both", Operator.ALL, ("queue", "other"), (Moment.BAKE,))
    before = Alarm("before", QUEUE.source, None, during=(Moment.BEFORE,))
    known = (QUEUE, other, both, before)

    assert actors(known, [Moment.BAKE]) == (both,)
    assert actors(known, [Moment.BEFORE]) == (before,)
    assert actors(known, [Moment.CANARY]) == ()


@pytest.mark.parametrize("treat", TreatMissing)
def test_an_answer_that_is_late_is_neither_fine_nor_breaching(treat: TreatMissing) -> None:
    alarm = Alarm("queue", QUEUE.source, QUEUE.bound, 1.0, treat_missing=treat)
    late = Datapoint(None, "no answer for 1.1 s", pending=True)

    assert evaluate(alarm, [Datapoint(1), late]).state is AlarmState.INSUFFICIENT_DATA
    assert evaluate(alarm, [late]).state is AlarmState.INSUFFICIENT_DATA


def test_nothing_is_promoted_unwatched() -> None:
    before = Alarm("before", QUEUE.source, None, during=(Moment.BEFORE,))

    assert watching((before,)) == (before, *DEFAULT_ALARMS)
    assert watching((before, QUEUE)) == (before, QUEUE)


@pytest.mark.parametrize(
    ("measure", "counted", "value"),
    [
        ("error_ratio", PoolStatistics(20, 5, 100), 0.25),
        ("mean_latency_ms", PoolStatistics(20, 5, 100), 5),
        ("requests", PoolStatistics(3), 3),
        ("requests_per_s", PoolStatistics(3), 1.5),
        ("error_ratio", PoolStatistics(9, 9), None),
        ("mean_latency_ms", PoolStatistics(9, 9), None),
    ],
)
def test_what_the_router_counted_becomes_a_datapoint(
    measure: str, counted: PoolStatistics, value: float | None
) -> None:
    assert router_datapoint(measure, counted, seconds=2, minimum=10).value == value


def test_too_few_samples_of_stable_are_missing_data_as_well() -> None:
    found = against(Datapoint(1), Datapoint(None, "fewer than 10 requests to judge by"), "")

    assert (found.value, found.reason) == (None, "stable: fewer than 10 requests to judge by")


def figures(*pairs: tuple[float, float | None]) -> dict[str, InstanceFigures]:
    return {f"r2-{index}": InstanceFigures(*each) for index, each in enumerate(pairs)}


@pytest.mark.parametrize(
    ("source", "now", "before", "value"),
    [
        (InstancesSource("m"), figures((3, None), (5, None)), None, 8),
        (InstancesSource("m", aggregate="mean"), figures((3, None), (5, None)), None, 4),
        (InstancesSource("m", aggregate="max"), figures((3, None), (5, None)), None, 5),
        (InstancesSource("m", aggregate="min"), figures((3, None), (5, None)), None, 3),
        (InstancesSource("m", kind="rate"), figures((3, None), (5, None)),
         figures((1, None), (1, None)), 3),
        (InstancesSource("m", kind="rate"), figures((3, None)), None, None),
        (InstancesSource("m", kind="rate"), figures((3, None)), figures((4, None)), None),
        (InstancesSource("m", kind="ratio", divisor="n"), figures((3, 30), (5, 20)),
         figures((1, 10)), 7 / 40),
        (InstancesSource("m", kind="ratio", divisor="n", aggregate="max"),
         figures((2, 20), (5, 10)), figures((0, 0), (0, 0)), 0.5),
        (InstancesSource("m", kind="ratio", divisor="n"), figures((3, 9)), figures((1, 2)), None),
        (InstancesSource("m"), {}, None, None),
    ],
)  # fmt: skip
def test_what_instances_tell_becomes_a_datapoint(
    source: InstancesSource,
    now: dict[str, InstanceFigures],
    before: dict[str, InstanceFigures] | None,
    value: float | None,
) -> None:
    found = instances_datapoint(source, now, before, seconds=2, minimum=10)

    assert found.value == value
    assert bool(found.reason) == (value is None)


@pytest.mark.parametrize(
    ("text", "change"), [("<= 1.5x", 50), ("<1x", 0), (">= 0.5 x", -50), ("<= +10 %", 10)]
)
def test_a_bound_relative_to_stable_is_a_factor_or_a_change(text: str, change: float) -> None:
    assert (parse_bound(text).relative, parse_bound(text).bound) == (True, change)


def test_other_bounds_are_refused() -> None:
    with pytest.raises(ConfigError):
        parse_bound("1.5x")
