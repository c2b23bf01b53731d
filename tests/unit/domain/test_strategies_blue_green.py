"""Blue/green: tried at the preview, switched, and kept for a while."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.plans import (
    AwaitHealthy,
    Bake,
    DelayScaleDown,
    Drain,
    Launch,
    Migrate,
    Shift,
    Smoke,
    Stop,
)
from pytest_pipeline.domain.strategies import plan_deployment
from pytest_pipeline.errors import PlanError

BLUE, GREEN = Fleet(1, ("r1-0", "r1-1")), Fleet(2, ("r2-0", "r2-1"))


@given(replicas=st.integers(1, 12))
def test_it_switches_once_and_stops_stable_only_after_the_bake(replicas: int) -> None:
    blue, green = (
        Fleet(number, tuple(f"r{number}-{i}" for i in range(replicas))) for number in (1, 2)
    )

    plan = plan_deployment("blue-green", {"bake_s": 7.0}, blue, green)

    assert plan.steps == (
        Migrate(2),
        Launch(2, green.instances),
        AwaitHealthy(green.instances),
        Shift((), green.instances, 100),
        Bake(7.0),
        Drain(blue.instances),
        Stop(blue.instances),
    )


def test_smoke_tests_run_at_the_preview_before_any_client_gets_there() -> None:
    plan = plan_deployment("blue-green", {"smoke_tests": ["e2e"]}, BLUE, GREEN)

    assert plan.steps[2:6] == (
        AwaitHealthy(GREEN.instances),
        Shift(BLUE.instances, GREEN.instances, 0, preview=True),
        Smoke(("e2e",)),
        Shift((), GREEN.instances, 100),
    )


def test_a_first_release_is_smoke_tested_before_it_serves() -> None:
    plan = plan_deployment("blue-green", {"smoke_tests": ["e2e"]}, None, GREEN)

    assert plan.steps[2:6] == (
        AwaitHealthy(GREEN.instances),
        Shift((), GREEN.instances, 0, preview=True),
        Smoke(("e2e",)),
        Shift((), GREEN.instances, 100),
    )


def test_a_preview_can_be_had_without_tests() -> None:
    plan = plan_deployment("blue-green", {"preview": True}, BLUE, GREEN)

    assert plan.steps[3:5] == (
        Shift(BLUE.instances, GREEN.instances, 0, preview=True),
        Shift((), GREEN.instances, 100),
    )


def test_switching_in_steps_keeps_both_sets_serving_under_alarms() -> None:
    options = {"switch_steps": [25, 50], "step_s": 2.0, "bake_s": 4.0}

    plan = plan_deployment("blue-green", options, BLUE, GREEN)

    assert plan.steps[3:9] == (
        Shift(BLUE.instances, GREEN.instances, 25),
        Bake(2.0),
        Shift(BLUE.instances, GREEN.instances, 50),
        Bake(2.0),
        Shift((), GREEN.instances, 100),
        Bake(4.0),
    )


def test_the_old_set_is_kept_for_the_delay_after_the_bake() -> None:
    plan = plan_deployment("blue-green", {"scale_down_delay_s": 30.0}, BLUE, GREEN)

    assert plan.steps[-4:] == (
        Bake(5.0),
        DelayScaleDown(BLUE.instances, 30.0),
        Drain(BLUE.instances),
        Stop(BLUE.instances),
    )


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ([0], r"switch_steps\[0\] must be in 1\.\.99, got 0"),
        ([50, 100], r"switch_steps\[1\] must be in 1\.\.99, got 100; 100 comes last by itself"),
        ([50, 50], r"switch_steps\[1\] must be above 50, the one before, got 50"),
    ],
)
def test_steps_that_do_not_rise_are_refused(steps: list[int], told: str) -> None:
    with pytest.raises(PlanError, match=f"^{told}"):
        plan_deployment("blue-green", {"switch_steps": steps}, BLUE, GREEN)
