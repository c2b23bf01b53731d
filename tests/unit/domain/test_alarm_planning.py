"""Every alarm is asked in some moment of every plan."""

from __future__ import annotations

import pytest

from pytest_pipeline.domain.alarms import (
    Alarm,
    AnyAlarm,
    CompositeAlarm,
    Moment,
    Operator,
    actors,
)
from pytest_pipeline.domain.alarms.planned import fitted, moments_of
from pytest_pipeline.domain.alarms.sources import HttpSource, TestsSource
from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.plans import AwaitPromotion, Bake, Plan, Shift
from pytest_pipeline.domain.strategies import STRATEGIES, plan_deployment

STABLE = Fleet(1, ("r1-0", "r1-1"))
CANDIDATE = Fleet(2, ("r2-0", "r2-1"))


def alarm(*during: Moment, url: str = "http://h") -> Alarm:
    return Alarm("queue", HttpSource(url), None, 1.0, during=during)


def plan_of(strategy: str, stable: Fleet | None) -> Plan:
    return plan_deployment(strategy, {}, stable, CANDIDATE)


def asked(alarms: tuple[AnyAlarm, ...], *moments: Moment) -> list[str]:
    return [each.name for each in actors(alarms, moments)]


def test_waits_without_traffic_for_the_candidate_are_no_moment() -> None:
    both, mine = STABLE.instances, CANDIDATE.instances
    steps = (
        AwaitPromotion(), Shift(both, mine, 0, preview=True), AwaitPromotion(),
        Shift(both, mine, 20), Bake(1), Shift((), mine, 100), Bake(0),
    )  # fmt: skip

    assert moments_of(Plan("any", steps)) == (Moment.CANARY, Moment.BAKE)


@pytest.mark.parametrize("stable", [None, STABLE])
@pytest.mark.parametrize("moment", [Moment.CANARY, Moment.BAKE, Moment.ROLLOUT])
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_alarm_is_asked_in_a_wait_of_every_plan(
    strategy: str, moment: Moment, stable: Fleet | None
) -> None:
    plan = plan_of(strategy, stable)

    suited = fitted((alarm(moment),), plan, first=stable is None)

    assert "queue" in asked(suited.alarms, *moments_of(plan), Moment.ROLLOUT)
    never = moment not in {*moments_of(plan), Moment.ROLLOUT}
    assert suited.moved == (("queue",) if never else ())
    assert ("error_ratio" in asked(suited.alarms, *Moment)) == never


def test_what_is_asked_before_is_asked_there_alone() -> None:
    plan = plan_of("rolling", STABLE)

    assert fitted((alarm(Moment.BEFORE),), plan, first=False).moved == ()
    assert fitted((alarm(Moment.BEFORE),), plan_of("rolling", None), first=True).moved == ()


def test_what_cannot_be_asked_before_the_first_release_is_asked_at_its_end() -> None:
    plan = plan_of("rolling", None)
    tests = Alarm("journey", TestsSource(("e2e",)), None, during=(Moment.BEFORE,))
    members = CompositeAlarm("both", Operator.ALL, ("journey", "queue"), (Moment.BEFORE,))

    for alarms in ((alarm(Moment.BEFORE, url="{url}/ok"),), (members, tests, alarm())):
        suited = fitted(alarms, plan, first=True)

        assert suited.moved == (alarms[0].name,)
        assert alarms[0].name in asked(suited.alarms, Moment.BAKE)


def test_a_way_back_has_no_waits_and_asks_nobody() -> None:
    back = Plan("rollback", (Shift(STABLE.instances, (), 0),))

    assert fitted((alarm(Moment.CANARY),), back, first=False).alarms == (alarm(Moment.CANARY),)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_comparison_that_watches_nothing_is_given_no_alarm(strategy: str) -> None:
    assert fitted((), plan_of(strategy, STABLE), first=False).alarms == ()
