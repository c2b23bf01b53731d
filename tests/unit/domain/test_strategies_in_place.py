"""In-place: the same places, less capacity, and the user's hooks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.lifecycle_events import EVENTS, HOOK_EVENTS
from pytest_pipeline.domain.plans import Launch, RunHook, Stop
from pytest_pipeline.domain.strategies import plan_deployment
from pytest_pipeline.errors import PlanError


def fleet(release: int, replicas: int) -> Fleet:
    return Fleet(release, tuple(f"r{release}-{index}" for index in range(replicas)))


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


def test_hooks_run_around_the_engines_own_steps_in_the_order_of_codedeploy() -> None:
    options = {"hooks": {event: ["hook", event] for event in HOOK_EVENTS}, "hook_timeout_s": 7.0}

    plan = plan_deployment("in-place", options, fleet(1, 1), fleet(2, 1))

    told = [
        f"{step.event} {step.instances[0]}" if isinstance(step, RunHook) else type(step).__name__
        for step in plan.steps
    ]
    assert told == [
        "Migrate",
        "BeforeBlockTraffic r1-0",
        "Shift",
        "Drain",
        "AfterBlockTraffic r1-0",
        "ApplicationStop r1-0",
        "Stop",
        "BeforeInstall r2-0",
        "AfterInstall r2-0",
        "Launch",
        "ApplicationStart r2-0",
        "AwaitHealthy",
        "ValidateService r2-0",
        "BeforeAllowTraffic r2-0",
        "Shift",
        "AfterAllowTraffic r2-0",
        "Bake",
    ]
    hook = next(step for step in plan.steps if isinstance(step, RunHook))
    assert (hook.command, hook.timeout_s) == (("hook", "BeforeBlockTraffic"), 7.0)


def test_the_events_that_take_a_hook_run_in_the_order_of_the_list() -> None:
    options = {"hooks": {event: ["true"] for event in reversed(HOOK_EVENTS)}}

    plan = plan_deployment("in-place", options, fleet(1, 1), fleet(2, 1))

    ran = [step.event for step in plan.steps if isinstance(step, RunHook)]
    assert ran == [each.name for each in EVENTS if not each.reserved]


def test_a_hook_is_about_all_instances_of_its_batch() -> None:
    options = {"hooks": {"ApplicationStop": ["true"]}, "max_unavailable": 2}

    plan = plan_deployment("in-place", options, fleet(1, 3), fleet(2, 3))

    ran = [step.instances for step in plan.steps if isinstance(step, RunHook)]
    assert ran == [("r1-0", "r1-1"), ("r1-2",)]


def test_a_first_release_has_the_hooks_of_what_comes_alone() -> None:
    options = {"hooks": {event: ["true"] for event in HOOK_EVENTS}}

    plan = plan_deployment("in-place", options, None, fleet(1, 2))

    ran = [step.event for step in plan.steps if isinstance(step, RunHook)]
    assert ran == [
        "BeforeInstall",
        "AfterInstall",
        "ApplicationStart",
        "ValidateService",
        "BeforeAllowTraffic",
        "AfterAllowTraffic",
    ]


@pytest.mark.parametrize("event", ["DownloadBundle", "Install", "BlockTraffic", "AllowTraffic"])
def test_the_engines_own_events_take_no_hook_and_say_why(event: str) -> None:
    reason = next(each.reserved for each in EVENTS if each.name == event)

    with pytest.raises(PlanError, match=rf"^hooks\.{event} cannot be set: {reason}; take one of"):
        plan_deployment("in-place", {"hooks": {event: ["true"]}}, None, fleet(1, 1))


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"max_unavailable": 0}, "max_unavailable must be at least 1, got 0"),
        (
            {"hooks": {"AplicationStop": ["true"]}},
            "hooks.AplicationStop is no lifecycle event.*did you mean 'ApplicationStop'",
        ),
        ({"hooks": {"ApplicationStop": []}}, "hooks.ApplicationStop names no program"),
        ({"hook_timeout_s": 0.0, "hooks": {}}, "hook_timeout_s must be above 0, got 0"),
    ],
)
def test_options_out_of_range_are_refused(options: dict[str, object], told: str) -> None:
    with pytest.raises(PlanError, match=f"^{told}"):
        plan_deployment("in-place", options, fleet(1, 1), fleet(2, 1))
