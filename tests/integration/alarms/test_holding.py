"""Alarms without data hold a rollout, and nobody promotes it meanwhile."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_pipeline.domain.alarm_bounds import parse_bound
from pytest_pipeline.domain.alarms import (
    Alarm,
    AnyAlarm,
    CompositeAlarm,
    Moment,
    Operator,
    PoolStatistics,
)
from pytest_pipeline.domain.alarms.instance_figures import InstanceFigures
from pytest_pipeline.domain.alarms.sources import HttpSource, InstancesSource, RouterSource
from pytest_pipeline.domain.control_requests import ControlRequest, RequestKind
from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.journal_entries import answer_to, held_for
from pytest_pipeline.engine.alarm_sources import Answer, Question
from tests.integration.rollouts.place import NAME, Place

SOURCE = HttpSource("http://h")


def alarm(name: str = "queue", *during: Moment, bound: str = "<= 10") -> Alarm:
    moments = during or (Moment.CANARY, Moment.BAKE)
    return Alarm(name, SOURCE, parse_bound(bound), 1.0, during=moments)


@pytest.fixture
def first() -> Place:
    """Return a place where the first release serves."""
    place = Place(Environment(NAME, replicas=2, strategy="blue-green", options={"bake_s": 3}))
    assert place.deploy().exit_code == ExitCode.OK
    return place


def watch(place: Place, *alarms: AnyAlarm, hold_s: float = 10.0) -> None:
    place.environment = replace(place.environment, alarms=alarms, hold_s=hold_s)


def ask(place: Place, kind: RequestKind, name: str) -> None:
    place.ledger.ask(ControlRequest(NAME, kind, id=name))


@pytest.mark.parametrize("hold_s", [0.0, 2.0, 30.0])
def test_it_is_held_as_long_as_configured_and_then_goes_back(first: Place, hold_s: float) -> None:
    watch(first, alarm(), hold_s=hold_s)
    began = first.clock.now()

    ended = first.deploy()

    assert ended.exit_code == ExitCode.ROLLED_BACK
    assert ended.record is not None
    assert "alarm without data: queue: it says nothing" in ended.record.failure
    assert 3 + hold_s <= first.clock.now() - began <= 6 + hold_s


def test_data_that_come_while_it_is_held_let_it_go_on(first: Place) -> None:
    watch(first, alarm())
    first.clock.after(8, lambda: first.alarm_sources.say("queue", 4))

    ended = first.deploy()

    assert ended.exit_code == ExitCode.OK, ended.failures
    assert ended.record is not None
    assert [(each.name, each.state, each.value) for each in ended.record.alarms] == [
        ("queue", "OK", 4)
    ]


@pytest.mark.parametrize("kind", [RequestKind.PROMOTE, RequestKind.PROMOTE_FULLY])
def test_nobody_promotes_what_cannot_be_judged(first: Place, kind: RequestKind) -> None:
    watch(first, alarm())
    first.clock.after(9, lambda: ask(first, kind, "asked"))

    ended = first.deploy()

    assert ended.exit_code == ExitCode.ROLLED_BACK
    answer = answer_to(first.journal.read("e2-production"), "asked")
    assert answer is not None
    assert answer.startswith("alarm without data: queue: it says nothing")


@pytest.mark.parametrize("kind", [RequestKind.PROMOTE, RequestKind.PROMOTE_FULLY])
def test_a_promotion_before_the_time_is_over_does_not_make_up_for_data(
    first: Place, kind: RequestKind
) -> None:
    watch(first, alarm())
    first.clock.after(1.5, lambda: ask(first, kind, "asked"))

    assert first.deploy().exit_code == ExitCode.ROLLED_BACK
    assert first.serving() == {"r1": 100}


def test_the_journal_tells_who_looks_why_it_is_held(first: Place) -> None:
    watch(first, alarm())
    seen: list[str] = []
    first.clock.after(9, lambda: seen.append(held_for(first.journal.read("e2-production"))))

    first.deploy()

    assert seen == ["alarm without data: queue: it says nothing"]
    assert held_for(first.journal.read("e2-production")) == ""


def test_a_slow_source_does_not_delay_what_others_detect(first: Place) -> None:
    watch(first, alarm("slow"), alarm("quick"))
    first.alarm_sources.delays_s["slow"] = 3.0
    first.alarm_sources.say("slow", 1)
    first.alarm_sources.say("quick", 1)
    switched: list[float] = []

    def fire() -> None:
        switched.append(first.clock.now())
        first.alarm_sources.say("quick", 99)

    first.clock.after(2, fire)

    ended = first.deploy()

    assert ended.record is not None
    assert "quick 99, wanted <= 10" in ended.record.failure
    assert first.clock.now() - switched[0] < 2.5


def test_a_source_that_never_answers_is_one_without_data(first: Place) -> None:
    watch(first, alarm())
    first.alarm_sources.say("queue", 1)
    first.alarm_sources.delays_s["queue"] = 1e6

    ended = first.deploy()

    assert ended.exit_code == ExitCode.ROLLED_BACK
    assert "no answer" in ended.failures[0]


def test_one_good_answer_does_not_cover_for_the_one_that_is_overdue(first: Place) -> None:
    watch(first, alarm())
    first.alarm_sources.say("queue", 1)

    def hang() -> None:
        first.alarm_sources.delays_s["queue"] = 1e6

    first.clock.after(1.2, hang)

    assert first.deploy().exit_code == ExitCode.ROLLED_BACK


def test_what_is_unwell_before_is_not_deployed_to(first: Place) -> None:
    watch(first, alarm("quiet", Moment.BEFORE))
    first.alarm_sources.say("quiet", 99)
    applied = len(first.router.applied)

    ended = first.deploy()

    assert ended.exit_code == ExitCode.ROLLED_BACK
    assert ended.record is not None
    assert ended.record.failure == (
        "before the deployment: alarm: quiet 99, wanted <= 10; nothing was touched"
    )
    assert len(first.router.applied) == applied
    assert first.running() == ["r1-0", "r1-1"]
    assert not [
        each for each in first.journal.read("e2-production")
        if each["kind"] == "intent" and each["step"]["type"] != "Shift"
    ]  # fmt: skip


def test_an_alarm_that_is_unreadable_before_refuses_as_well(first: Place) -> None:
    watch(first, alarm("quiet", Moment.BEFORE))

    ended = first.deploy()

    assert ended.record is not None
    assert "before the deployment: alarm without data: quiet" in ended.record.failure
    assert first.running() == ["r1-0", "r1-1"]


def test_what_is_well_before_is_asked_no_more(first: Place) -> None:
    watch(first, alarm("quiet", Moment.BEFORE))
    first.alarm_sources.say("quiet", 1)
    first.clock.after(1, lambda: first.alarm_sources.say("quiet", 99))

    ended = first.deploy()

    assert ended.exit_code == ExitCode.OK, ended.failures
    assert ended.record is not None
    assert [(each.name, each.state) for each in ended.record.alarms] == [
        ("quiet", "OK"), ("error_ratio", "OK"),
    ]  # fmt: skip


def test_an_alarm_of_the_rollout_is_asked_between_waits_too(first: Place) -> None:
    first.configure("rolling", batch_size=1, bake_s=0, min_ready_s=5)
    watch(first, alarm("queue", Moment.ROLLOUT))
    first.alarm_sources.say("queue", 1)
    first.clock.after(7, lambda: first.alarm_sources.say("queue", 99))

    ended = first.deploy()

    assert ended.record is not None
    assert ended.record.trigger == "STOP_ON_ALARM"
    assert ended.record.failure.startswith("await r2-1 ready")


def test_an_alarm_of_the_rollout_is_asked_in_waits_too(first: Place) -> None:
    watch(first, alarm("queue", Moment.ROLLOUT))
    first.alarm_sources.say("queue", 99)

    ended = first.deploy()

    assert ended.record is not None
    assert ended.record.failure == "bake 3 s under alarms: alarm: queue 99, wanted <= 10"


def test_every_wait_is_judged_by_datapoints_of_its_own(first: Place) -> None:
    first.configure("canary", steps=[{"weight": 50, "pause_s": 3}], bake_s=0.5, min_ready_s=0)
    watch(first, replace(alarm(), least=2, among=3), hold_s=0)
    first.alarm_sources.say("queue", 1)

    def vanish() -> None:
        if first.serving() == {"r2": 100}:
            first.alarm_sources.say("queue", None)

    for tenth in range(100):
        first.clock.after(tenth / 10, vanish)

    ended = first.deploy()

    assert ended.exit_code == ExitCode.ROLLED_BACK
    assert "alarm without data: queue" in ended.failures[0]
    assert "of the last 1 datapoints" in ended.failures[0]


@pytest.mark.parametrize("kind", ["rate", "ratio"])
def test_every_wait_is_judged_by_what_was_counted_in_it(first: Place, kind: str) -> None:
    """What is counted between two waits, and the pauses of its reading, belong to neither."""
    first.configure("canary", steps=[{"weight": 50, "pause_s": 3}], bake_s=3, min_ready_s=4)
    source = InstancesSource("failed", kind=kind, divisor="all" if kind == "ratio" else "")
    bound = parse_bound("<= 0.5")
    watch(first, Alarm("failures", source, bound, 1.0, minimum_samples=5), hold_s=0)
    asked_at: list[float] = []

    def tell(question: Question) -> Answer:
        now = first.clock.now()
        between = bool(asked_at) and now - asked_at[-1] > 2
        asked_at.append(now)
        if between:
            failed.append(100.0)
        grown = InstanceFigures(sum(failed), 10.0 * now + sum(failed))
        return Answer(figures=dict.fromkeys(question.instances, grown))

    failed: list[float] = []
    first.alarm_sources.said["failures"] = tell

    ended = first.deploy()

    assert failed == [100.0], "the two waits are apart"
    assert ended.exit_code == ExitCode.OK, ended.failures


def test_a_composite_of_all_fires_when_all_do_and_holds_when_one_is_blind(first: Place) -> None:
    both = CompositeAlarm("both", Operator.ALL, ("one", "two"))
    watch(first, both, alarm("one"), alarm("two"))
    first.alarm_sources.say("one", 99)
    first.alarm_sources.say("two", 1)

    assert first.deploy().exit_code == ExitCode.OK

    first.alarm_sources.say("two", None)
    blind = first.deploy()

    assert blind.exit_code == ExitCode.ROLLED_BACK
    assert "alarm without data: both (all of: two: unreadable)" in blind.failures[0]

    first.alarm_sources.say("two", 99)
    fired = first.deploy()

    assert "alarm: both (all of: one 99, wanted <= 10; two 99, wanted <= 10)" in fired.failures[0]


def latencies(place: Place, **mean_ms: float) -> None:
    """Have the router count a hundred requests a second of each release, by its latency."""

    def statistics(pool: str) -> PoolStatistics:
        requests = int(place.clock.now() * 100)
        if place.serving() == {"r2": 100} and pool == "r1":
            return PoolStatistics(requests, 0, requests * 1e6)  # what is not asked any more
        return PoolStatistics(requests, 0, requests * mean_ms[pool])

    place.router.statistics = statistics  # type: ignore[method-assign]


@pytest.mark.parametrize(("mean_ms", "code"), [(11.0, ExitCode.OK), (16.0, ExitCode.ROLLED_BACK)])
def test_the_router_compares_with_stable_up_to_the_switch(
    first: Place, mean_ms: float, code: ExitCode
) -> None:
    slow = Alarm("slow", RouterSource("mean_latency_ms"), parse_bound("<= 1.5x"))
    watch(first, slow)
    latencies(first, r1=10.0, r2=mean_ms)

    ended = first.deploy()

    assert ended.exit_code == code, ended.failures
    assert ended.record is not None
    assert ended.record.alarms[0].reason == (
        f"slow {mean_ms:g}, wanted <= +50% of stable's 10 (of r1 up to the switch)"
    )


@pytest.mark.parametrize(("errors", "code"), [(0, ExitCode.OK), (1, ExitCode.ROLLED_BACK)])
def test_a_first_release_is_watched_by_what_needs_no_stable(errors: int, code: ExitCode) -> None:
    place = Place(Environment(NAME, replicas=1, strategy="rolling"))
    slow = Alarm("slow", RouterSource("mean_latency_ms"), parse_bound("<= 1.5x"))
    watch(place, slow, CompositeAlarm("any-slow", Operator.ANY, ("slow",)))
    if errors:
        place.router.failing.add("r1")

    ended = place.deploy()

    assert ended.exit_code == code, ended.failures
    assert ended.record is not None
    assert "not asked, for there is no stable to compare with: slow, any-slow" in ended.record.note
    assert [each.name for each in ended.record.alarms] == ["error_ratio"]


@pytest.mark.parametrize(("value", "code"), [(5.0, ExitCode.OK), (9.0, ExitCode.ROLLED_BACK)])
def test_instances_are_compared_with_those_of_stable(
    first: Place, value: float, code: ExitCode
) -> None:
    source = InstancesSource("queue", aggregate="mean")
    watch(first, Alarm("queue", source, parse_bound("<= +50%"), 1.0))

    def tell(question: Question) -> Answer:
        figures = {each: 5.0 if each.startswith("r1") else value for each in question.instances}
        return Answer(figures={name: InstanceFigures(each) for name, each in figures.items()})

    first.alarm_sources.said["queue"] = tell

    ended = first.deploy()

    assert ended.exit_code == code, ended.failures
    assert ended.record is not None
    assert "of stable's 5 (of stable up to the switch)" in ended.record.alarms[0].reason
