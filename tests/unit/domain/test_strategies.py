"""What every strategy's plan keeps to, whatever its options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_pipeline.domain.fleet_expectations import capacities, expected
from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.lifecycle_events import HOOK_EVENTS
from pytest_pipeline.domain.plans import (
    AwaitHealthy,
    AwaitPromotion,
    Bake,
    DelayScaleDown,
    Drain,
    Launch,
    Migrate,
    Shift,
    Stop,
)
from pytest_pipeline.domain.step_texts import describe
from pytest_pipeline.domain.strategies import OPTIONS, STRATEGIES, plan_deployment
from pytest_pipeline.errors import ConfigError, PlanError

Options = Mapping[str, object]
Case = tuple[str, Options, Fleet | None, Fleet]


def fleet(release: int, replicas: int) -> Fleet:
    return Fleet(release, tuple(f"r{release}-{index}" for index in range(replicas)))


counts = st.integers(1, 6)
durations = st.sampled_from([0.0, 1.0])
rising = st.lists(st.integers(1, 99), unique=True, max_size=4).map(sorted)
canary_steps = rising.map(lambda weights: [{"weight": each, "pause_s": 1.0} for each in weights])
hooks = st.dictionaries(st.sampled_from(HOOK_EVENTS), st.just(["true"]))

#: Options of each strategy, each of them anything that it takes.
options_of: Mapping[str, st.SearchStrategy[Options]] = {
    "in-place": st.fixed_dictionaries({}, optional={"max_unavailable": counts, "hooks": hooks}),
    "rolling": st.fixed_dictionaries(
        {"batch_size": counts, "order": st.sampled_from(["start-first", "stop-first"])},
        optional={
            "max_surge": st.integers(0, 6),
            "max_unavailable": st.integers(0, 6),
            "monitor_s": durations,
            "max_failure_ratio": st.floats(0, 1),
        },
    ).filter(lambda options: options.get("max_surge") != 0 and options.get("max_unavailable") != 0),
    "immutable": st.fixed_dictionaries({}, optional={"bake_s": durations}),
    "blue-green": st.fixed_dictionaries(
        {},
        optional={
            "smoke_tests": st.just(["e2e"]),
            "preview": st.booleans(),
            "switch_steps": rising,
            "scale_down_delay_s": durations,
        },
    ),
    "canary": st.fixed_dictionaries(
        {},
        optional={
            "steps": canary_steps,
            "testers_header": st.just("x-tester: yes"),
            "scale_down_delay_s": durations,
        },
    ),
}


@st.composite
def cases(draw: st.DrawFn) -> Case:
    name = draw(st.sampled_from(sorted(STRATEGIES)))
    stable = draw(st.none() | st.integers(1, 12).map(lambda count: fleet(1, count)))
    return name, draw(options_of[name]), stable, fleet(2, draw(st.integers(1, 12)))


def test_the_options_of_every_strategy_are_tried_here() -> None:
    assert set(options_of) == set(STRATEGIES)


@given(cases())
def test_only_launched_healthy_and_running_instances_ever_get_traffic(case: Case) -> None:
    name, options, stable, candidate = case
    plan = plan_deployment(name, options, stable, candidate)
    ready = set(stable.instances if stable else ())

    for done, step in enumerate(plan.steps, start=1):
        after = expected(plan, done, stable)
        if isinstance(step, AwaitHealthy):
            assert set(step.instances) <= after.running
            ready |= set(step.instances)
        ready &= after.running
        if after.shift is not None:
            assert {*after.shift.stable, *after.shift.candidate} <= ready

    end = expected(plan, len(plan.steps), stable)
    assert end.running == set(candidate.instances)
    assert end.shift == Shift((), candidate.instances, 100)


@given(cases())
def test_no_prefix_of_a_plan_keeps_less_than_it_says_nor_the_whole_more(case: Case) -> None:
    name, options, stable, candidate = case
    plan = plan_deployment(name, options, stable, candidate)

    serving = [each.serving for each in capacities(plan, stable)]

    least = min(serving)
    smaller = min(len(stable.instances) if stable else 0, len(candidate.instances))
    assert plan.minimum_healthy == min(least, smaller)


@given(cases())
def test_weights_are_percentages_and_follow_who_serves(case: Case) -> None:
    name, options, stable, candidate = case

    for step in plan_deployment(name, options, stable, candidate).steps:
        if isinstance(step, Shift):
            assert 0 <= step.candidate_percent <= 100
            assert step.candidate or step.candidate_percent == 0
            assert (
                step.stable or step.preview or step.candidate_percent == 100 * bool(step.candidate)
            )


@given(cases())
def test_the_share_of_the_candidate_never_falls(case: Case) -> None:
    name, options, stable, candidate = case

    shares = [
        step.candidate_percent
        for step in plan_deployment(name, options, stable, candidate).steps
        if isinstance(step, Shift) and (step.stable or step.candidate)
    ]

    assert shares == sorted(shares)
    assert shares[-1] == 100


@given(cases())
def test_every_instance_of_stable_is_drained_before_it_is_stopped(case: Case) -> None:
    name, options, stable, candidate = case
    drained: set[str] = set()
    stopped: list[str] = []
    routed: set[str] = set()

    for step in plan_deployment(name, options, stable, candidate).steps:
        match step:
            case Shift():
                routed = {*step.stable, *step.candidate}
            case Drain(instances):
                assert not routed & set(instances)
                drained |= set(instances)
            case Stop(instances):
                assert set(instances) <= drained
                stopped += instances
            case _:
                pass

    assert sorted(stopped) == sorted(stable.instances if stable else ())


@given(cases())
def test_the_migration_comes_first_and_every_instance_is_launched_once(case: Case) -> None:
    name, options, stable, candidate = case
    plan = plan_deployment(name, options, stable, candidate)

    launched = [each for step in plan.steps if isinstance(step, Launch) for each in step.instances]

    assert [step for step in plan.steps if isinstance(step, Migrate)] == [plan.steps[0]]
    assert plan.steps[0] == Migrate(2)
    assert sorted(launched) == sorted(candidate.instances)


@given(cases())
def test_the_candidate_is_watched_while_it_serves(case: Case) -> None:
    name, options, stable, candidate = case
    plan = plan_deployment(name, options, stable, candidate)

    watched = [
        expected(plan, done, stable).shift
        for done, step in enumerate(plan.steps)
        if isinstance(step, Bake | AwaitPromotion | DelayScaleDown)
    ]

    assert watched
    assert all(shift and shift.candidate_percent for shift in watched)


@given(case=cases(), wanted=st.integers(0, 12))
def test_a_plan_keeps_what_has_to_stay_healthy_or_there_is_none(case: Case, wanted: int) -> None:
    name, options, stable, candidate = case
    by_itself = plan_deployment(name, options, stable, candidate).minimum_healthy
    smaller = min(len(stable.instances) if stable else 0, len(candidate.instances))
    floor = min(wanted, smaller)

    if by_itself < floor:
        with pytest.raises(PlanError, match=f"^minimum_healthy is {floor}, .*keeps {by_itself} of"):
            plan_deployment(name, options, stable, candidate, minimum_healthy=wanted)
    else:
        plan = plan_deployment(name, options, stable, candidate, minimum_healthy=wanted)
        assert plan.minimum_healthy == floor


def test_the_error_names_strategy_and_the_option_to_change() -> None:
    with pytest.raises(PlanError, match=r"'in-place' keeps 1 of 2 .*lower max_unavailable"):
        plan_deployment("in-place", {}, fleet(1, 2), fleet(2, 2), minimum_healthy=2)


def test_a_first_release_has_nothing_to_keep() -> None:
    plan = plan_deployment("in-place", {}, None, fleet(1, 2), minimum_healthy=2)

    assert plan.minimum_healthy == 0


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
    plans = [plan_deployment(name, {"bake_s": 1.0}, None, fleet(1, 2)) for name in STRATEGIES]

    assert len({plan.steps for plan in plans}) == 1


@pytest.mark.parametrize("name", OPTIONS)
def test_every_option_has_a_default_and_a_meaning(name: str) -> None:
    described = OPTIONS[name].__doc__ or ""

    assert OPTIONS[name]() == OPTIONS[name]()
    assert all(f"    {each.name}: " in described for each in fields(OPTIONS[name]))


def test_an_unknown_strategy_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="no strategy 'red-black'; available: in-place, rolling"):
        plan_deployment("red-black", {}, None, fleet(1, 1))


@pytest.mark.parametrize(
    ("name", "options", "told"),
    [
        ("rolling", {"batchsize": 2}, "'batchsize'.*known: batch_size, max_surge"),
        ("canary", {"steps": 10}, r"steps must be an array, got 10"),
        ("canary", {"steps": [10]}, r"steps\[0\] must be a table, got 10"),
        ("canary", {"steps": [{"wait": 1}]}, r"steps\[0\]: .*'wait'"),
        ("canary", {"steps": [{}]}, r"steps\[0\]: .*missing.*'weight'"),
        ("in-place", {"hooks": ["true"]}, "hooks must be a table"),
        ("in-place", {"hooks": {"ApplicationStop": "true"}}, "hooks.ApplicationStop must be an ar"),
    ],
)
def test_options_that_are_not_what_they_should_be_are_refused(
    name: str, options: Options, told: str
) -> None:
    with pytest.raises(ConfigError, match=told):
        plan_deployment(name, options, None, fleet(1, 1))
