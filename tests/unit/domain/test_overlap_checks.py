"""Two releases are checked side by side before any client sees the new one."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.fleet_expectations import expected
from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.layers import LayerRules
from pytest_pipeline.domain.overlap_checks import MixedVersions, with_overlap_check
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.plans import CheckOverlap, Plan, Shift
from pytest_pipeline.domain.strategies import STRATEGIES, plan_deployment
from pytest_pipeline.errors import PlanError

MIXED = MixedVersions(("e2e",), timeout_s=30)
STABLE, CANDIDATE = Fleet(1, ("r1-0", "r1-1")), Fleet(2, ("r2-0", "r2-1"))


def checked(strategy: str, replicas: int = 2, **options: object) -> Plan:
    stable, candidate = (
        Fleet(number, tuple(f"r{number}-{index}" for index in range(replicas))) for number in (1, 2)
    )
    plan = plan_deployment(strategy, options, stable, candidate)
    return with_overlap_check(plan, MIXED, stable, candidate)


def position(plan: Plan) -> int:
    (found,) = (index for index, step in enumerate(plan.steps) if isinstance(step, CheckOverlap))
    return found


@given(strategy=st.sampled_from(sorted(STRATEGIES)), replicas=st.integers(1, 9))
def test_both_run_and_only_stable_serves_when_they_are_checked(
    strategy: str, replicas: int
) -> None:
    assume(strategy != "in-place" or replicas > 1)

    plan = checked(strategy, replicas)

    stable = Fleet(1, tuple(f"r1-{index}" for index in range(replicas)))
    there = expected(plan, position(plan), stable)
    shift = there.shift
    assert shift is not None
    assert shift.preview
    assert shift.candidate_percent == 0
    assert shift.stable
    assert shift.candidate
    assert {*shift.stable, *shift.candidate} <= there.running


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_all_other_steps_stay_as_they_are(strategy: str) -> None:
    plan = plan_deployment(strategy, {}, STABLE, CANDIDATE)

    steps = list(checked(strategy).steps)
    at = steps.index(CheckOverlap(1, 2, ("e2e",), 30))

    assert (*steps[: at - 1], *steps[at + 1 :]) == plan.steps


def test_a_preview_that_is_there_already_is_used() -> None:
    plan = checked("blue-green", smoke_tests=["e2e"])

    previews = [step for step in plan.steps if isinstance(step, Shift) and step.preview]
    assert len(previews) == 1
    assert [type(step).__name__ for step in plan.steps[3:7]] == [
        "Shift",
        "Smoke",
        "CheckOverlap",
        "Shift",
    ]


def test_testers_see_the_candidate_only_after_the_check() -> None:
    plan = checked("canary", testers_header="x-tester: yes")

    before = plan.steps[: position(plan)]
    assert not any(isinstance(step, Shift) and step.rules.testers_header for step in before)


@pytest.mark.parametrize(
    ("strategy", "options"),
    [
        pytest.param("in-place", {"max_unavailable": 2}, id="in-place"),
        pytest.param("rolling", {"order": "stop-first", "batch_size": 2}, id="rolling"),
    ],
)
def test_where_nothing_overlaps_there_is_nothing_to_check(
    strategy: str, options: dict[str, object]
) -> None:
    with pytest.raises(PlanError, match="versions never mix"):
        checked(strategy, **options)


def test_in_place_overlaps_where_it_replaces_a_part() -> None:
    plan = checked("in-place", max_unavailable=1)

    assert plan.steps[position(plan) - 1] == Shift(("r1-1",), ("r2-0",), 0, preview=True)


def test_a_first_release_and_one_that_is_not_checked_keep_their_plan() -> None:
    first = plan_deployment("rolling", {}, None, CANDIDATE)
    plan = plan_deployment("rolling", {}, STABLE, CANDIDATE)

    assert with_overlap_check(first, MIXED, None, CANDIDATE) is first
    kept_only = MixedVersions(("e2e",), check=False)
    assert with_overlap_check(plan, kept_only, STABLE, CANDIDATE) is plan


def test_layers_of_mixed_versions_are_told_from_node_ids() -> None:
    mixed = MixedVersions(("mixed", "tests/e2e/test_it.py"))
    places = (Environment("dev"), Environment("staging", mixed_versions=mixed))
    rules = LayerRules(("unit", "mixed"))

    assert Pipeline("orders", None, (), places, rules).mixed_layers == {"mixed"}
