"""Canary: weights, the instances that they need, pauses and rules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.plans import (
    AwaitPromotion,
    Bake,
    DelayScaleDown,
    Drain,
    Launch,
    Shift,
    Stop,
    TrafficRules,
)
from pytest_pipeline.domain.step_texts import describe
from pytest_pipeline.domain.strategies import plan_deployment
from pytest_pipeline.errors import PlanError


def fleet(release: int, replicas: int) -> Fleet:
    return Fleet(release, tuple(f"r{release}-{index}" for index in range(replicas)))


def test_a_canary_of_two_can_be_read() -> None:
    plan = plan_deployment("canary", {}, fleet(1, 2), fleet(2, 2))

    assert [describe(step) for step in plan.steps] == [
        "run the migration of r2",
        "launch r2-0",
        "await r2-0 ready",
        "shift traffic: 90 % to r1-0, r1-1, 10 % to r2-0",
        "bake 3 s under alarms",
        "shift traffic: 50 % to r1-0, r1-1, 50 % to r2-0",
        "bake 3 s under alarms",
        "launch r2-1",
        "await r2-1 ready",
        "shift traffic: 100 % to r2-0, r2-1",
        "bake 3 s under alarms",
        "drain r1-0, r1-1",
        "stop r1-0, r1-1",
    ]


@pytest.mark.parametrize(
    ("replicas", "weight", "instances"),
    [(4, 10, 1), (4, 25, 1), (4, 26, 2), (4, 99, 4), (100, 1, 1), (100, 29, 29), (1, 50, 1)],
)
def test_a_weight_is_carried_by_its_share_of_the_instances_rounded_up(
    replicas: int, weight: int, instances: int
) -> None:
    options = {"steps": [{"weight": weight}]}
    plan = plan_deployment("canary", options, fleet(1, replicas), fleet(2, replicas))

    shift = next(step for step in plan.steps if isinstance(step, Shift))

    assert len(shift.candidate) == instances
    assert shift.candidate_percent == weight


@given(
    replicas=st.integers(1, 50),
    weights=st.lists(st.integers(1, 99), unique=True, max_size=5).map(sorted),
)
def test_stable_stays_whole_until_the_candidate_has_all_traffic(
    replicas: int, weights: list[int]
) -> None:
    stable = fleet(1, replicas)
    options = {"steps": [{"weight": weight} for weight in weights]}
    plan = plan_deployment("canary", options, stable, fleet(2, replicas))

    *shares, whole = [step for step in plan.steps if isinstance(step, Shift)]

    assert [each.candidate_percent for each in shares] == weights
    assert all(each.stable == stable.instances for each in shares)
    assert whole == Shift((), fleet(2, replicas).instances, 100)
    assert all(step.instances for step in plan.steps if isinstance(step, Launch))


def test_a_step_pauses_for_a_time_or_until_somebody_promotes() -> None:
    options = {"steps": [{"weight": 10, "pause_s": 30}, {"weight": 50, "pause": "promotion"}]}
    steps = plan_deployment("canary", options, fleet(1, 4), fleet(2, 4)).steps

    after = {
        step.candidate_percent: steps[index + 1]
        for index, step in enumerate(steps)
        if isinstance(step, Shift)
    }

    assert after == {10: Bake(30), 50: AwaitPromotion(), 100: Bake(3.0)}


def test_rules_hold_as_long_as_both_releases_serve() -> None:
    options = {"testers_header": "X-Tester:  yes ", "sticky_by": "cookie:session"}
    plan = plan_deployment("canary", options, fleet(1, 2), fleet(2, 2))

    rules = [step.rules for step in plan.steps if isinstance(step, Shift)]

    wanted = TrafficRules("X-Tester: yes", "cookie:session")
    assert rules == [wanted, wanted, TrafficRules()]


def test_stable_is_kept_for_the_delay_after_the_bake() -> None:
    stable = fleet(1, 2)
    plan = plan_deployment(
        "canary", {"scale_down_delay_s": 30.0, "bake_s": 4.0}, stable, fleet(2, 2)
    )

    assert plan.steps[-4:] == (
        Bake(4.0),
        DelayScaleDown(stable.instances, 30.0),
        Drain(stable.instances),
        Stop(stable.instances),
    )


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"steps": [{"weight": 0}]}, r"steps\[0\]\.weight must be in 1\.\.99, got 0"),
        ({"steps": [{"weight": 100}]}, r"steps\[0\]\.weight must be in 1\.\.99, got 100"),
        (
            {"steps": [{"weight": 50}, {"weight": 20}]},
            r"steps\[1\]\.weight must be above 50, the one before, got 20",
        ),
        (
            {"steps": [{"weight": 5, "pause": "forever"}]},
            r"steps\[0\]\.pause must be 'promotion', got 'forever'",
        ),
        (
            {"steps": [{"weight": 5, "pause": "promotion", "pause_s": 3.0}]},
            r"steps\[0\]\.pause_s cannot be set beside pause = 'promotion', got 3",
        ),
        ({"testers_header": "x-tester"}, "testers_header must be 'name: value'.*got 'x-tester'"),
        ({"testers_header": "a b: c"}, "testers_header must be 'name: value'"),
        ({"testers_header": "a: b\r\nc: d"}, "testers_header must be 'name: value'"),
        ({"sticky_by": "session"}, "sticky_by must be 'header:NAME' or 'cookie:NAME'"),
        ({"sticky_by": "cookie:a b"}, "sticky_by must be 'header:NAME' or 'cookie:NAME'"),
        ({"sticky_by": "header:"}, "sticky_by must be 'header:NAME' or 'cookie:NAME'"),
    ],
)
@pytest.mark.parametrize("stable", [None, fleet(1, 2)])
def test_options_that_make_no_sense_are_refused(
    options: dict[str, object], told: str, stable: Fleet | None
) -> None:
    with pytest.raises(PlanError, match=f"^{told}"):
        plan_deployment("canary", options, stable, fleet(2, 2))
