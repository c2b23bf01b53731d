"""What every strategy's plan keeps to, and what is particular to each."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.plans import (
    AwaitHealthy,
    Bake,
    Drain,
    Launch,
    Migrate,
    Plan,
    Shift,
    Stop,
    describe,
)
from pytest_pipeline.domain.strategies import STRATEGIES, plan_deployment
from pytest_pipeline.errors import ConfigError, PlanError


def fleet(release: int, replicas: int) -> Fleet:
    return Fleet(release, tuple(f"r{release}-{index}" for index in range(replicas)))


def serving(step: Shift) -> tuple[str, ...]:
    return (*step.stable, *step.candidate)


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, Mapping[str, object], Fleet | None, Fleet]:
    name = draw(st.sampled_from(sorted(STRATEGIES)))
    size = draw(st.integers(1, 6))
    options: dict[str, object] = {}
    if name == "rolling":
        options = {"batch_size": size, "monitor_s": draw(st.sampled_from([0.0, 1.0]))}
    if name == "in-place":
        options = {"max_unavailable": size}
    stable = draw(st.none() | st.integers(1, 12).map(lambda count: fleet(1, count)))
    return name, options, stable, fleet(2, draw(st.integers(1, 12)))


@given(cases())
def test_only_launched_healthy_and_running_instances_ever_get_traffic(
    case: tuple[str, Mapping[str, object], Fleet | None, Fleet],
) -> None:
    name, options, stable, candidate = case
    plan = plan_deployment(name, options, stable, candidate)
    ready = set(stable.instances if stable else ())
    routed = set(ready)
    launched: set[str] = set()

    for step in plan.steps:
        match step:
            case Launch(_, instances):
                launched |= set(instances)
            case AwaitHealthy(instances):
                assert set(instances) <= launched
                ready |= set(instances)
            case Shift():
                assert set(serving(step)) <= ready
                routed = set(serving(step))
            case Drain(instances):
                assert not routed & set(instances)
            case Stop(instances):
                assert not routed & set(instances)
                ready -= set(instances)
            case _:
                pass

    assert routed == set(candidate.instances)
    assert ready == set(candidate.instances)


@given(cases())
def test_every_instance_of_stable_is_drained_before_it_is_stopped(
    case: tuple[str, Mapping[str, object], Fleet | None, Fleet],
) -> None:
    name, options, stable, candidate = case
    drained: set[str] = set()
    stopped: list[str] = []

    for step in plan_deployment(name, options, stable, candidate).steps:
        if isinstance(step, Drain):
            drained |= set(step.instances)
        if isinstance(step, Stop):
            assert set(step.instances) <= drained
            stopped += step.instances

    assert sorted(stopped) == sorted(stable.instances if stable else ())


@given(cases())
def test_the_migration_comes_first_and_the_candidate_is_watched_with_all_traffic(
    case: tuple[str, Mapping[str, object], Fleet | None, Fleet],
) -> None:
    name, options, stable, candidate = case
    plan = plan_deployment(name, options, stable, candidate)
    shifts = [step for step in plan.steps if isinstance(step, Shift)]
    last_shift = max(i for i, step in enumerate(plan.steps) if isinstance(step, Shift))

    assert plan.steps[0] == Migrate(2)
    assert shifts[-1] == Shift((), candidate.instances, 100)
    assert any(isinstance(step, Bake) for step in plan.steps[last_shift:])


@given(stable=st.integers(1, 12), candidate=st.integers(1, 12), batch_size=st.integers(1, 6))
def test_rolling_never_serves_with_less_than_the_smaller_fleet(
    stable: int, candidate: int, batch_size: int
) -> None:
    options = {"batch_size": batch_size}
    plan = plan_deployment("rolling", options, fleet(1, stable), fleet(2, candidate))

    capacity = [len(serving(step)) for step in plan.steps if isinstance(step, Shift)]

    assert min(capacity) >= min(stable, candidate)


@given(replicas=st.integers(1, 12))
def test_blue_green_switches_once_and_stops_stable_only_after_the_bake(replicas: int) -> None:
    plan = plan_deployment("blue-green", {"bake_s": 7.0}, fleet(1, replicas), fleet(2, replicas))
    kinds = [type(step) for step in plan.steps]

    assert kinds == [Migrate, Launch, AwaitHealthy, Shift, Bake, Drain, Stop]
    assert Bake(7.0) in plan.steps


@given(replicas=st.integers(1, 12), max_unavailable=st.integers(1, 12))
def test_in_place_starts_each_candidate_where_a_stopped_instance_was(
    replicas: int, max_unavailable: int
) -> None:
    options = {"max_unavailable": max_unavailable}
    plan = plan_deployment("in-place", options, fleet(1, replicas), fleet(2, replicas))
    stopped: set[str] = set()
    running = replicas

    for step in plan.steps:
        if isinstance(step, Stop):
            stopped |= set(step.instances)
            running -= len(step.instances)
        if isinstance(step, Launch):
            assert set(step.replaces) <= stopped
            assert len(step.replaces) == len(step.instances)
            running += len(step.instances)
        assert replicas - max_unavailable <= running <= replicas


def test_the_shares_of_a_rolling_update_follow_the_number_of_instances() -> None:
    plan = plan_deployment("rolling", {}, fleet(1, 4), fleet(2, 4))

    shares = [step.candidate_percent for step in plan.steps if isinstance(step, Shift)]

    assert shares == [25, 50, 75, 100]


def test_a_plan_can_be_read() -> None:
    plan = plan_deployment("in-place", {}, fleet(1, 1), fleet(2, 1))

    assert [describe(step) for step in plan.steps] == [
        "run the migration of r2",
        "shift traffic: none, nothing serves",
        "drain r1-0",
        "stop r1-0",
        "launch r2-0 in the place of r1-0",
        "await r2-0 ready",
        "shift traffic: 100 % to r2-0",
        "bake 2 s under alarms",
    ]


def test_strategies_do_not_differ_where_nothing_serves_yet() -> None:
    plans: list[Plan] = [
        plan_deployment(name, {"bake_s": 1.0}, None, fleet(1, 2)) for name in STRATEGIES
    ]

    assert len({plan.steps for plan in plans}) == 1


@pytest.mark.parametrize("name", ["immutable", "canary"])
def test_a_strategy_that_is_not_there_yet_is_refused_by_name(name: str) -> None:
    with pytest.raises(ConfigError, match=f"{name}.*not available yet"):
        plan_deployment(name, {}, None, fleet(1, 1))


def test_an_unknown_option_and_one_out_of_range_are_refused() -> None:
    with pytest.raises(ConfigError, match="batchsize"):
        plan_deployment("rolling", {"batchsize": 2}, None, fleet(1, 1))
    with pytest.raises(PlanError, match="at least 1, got 0"):
        plan_deployment("rolling", {"batch_size": 0}, fleet(1, 1), fleet(2, 1))
