"""What should run and be routed after some steps."""

from __future__ import annotations

import pytest

from pytest_pipeline.domain.fleet_expectations import Expectation, capacities, expected, serving_of
from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.plans import Shift
from pytest_pipeline.domain.strategies import plan_deployment

STABLE, CANDIDATE = Fleet(1, ("r1-0",)), Fleet(2, ("r2-0",))


def test_before_the_first_step_stable_runs_and_serves() -> None:
    plan = plan_deployment("rolling", {}, STABLE, CANDIDATE)

    assert expected(plan, 0, STABLE) == Expectation(frozenset({"r1-0"}), Shift(("r1-0",), (), 0))


def test_before_the_first_step_of_a_first_release_there_is_nothing() -> None:
    plan = plan_deployment("rolling", {}, None, CANDIDATE)

    assert expected(plan, 0, None) == Expectation(frozenset(), None)


def test_launches_stops_and_shifts_count_once_they_are_done() -> None:
    plan = plan_deployment("rolling", {"bake_s": 0.0}, STABLE, CANDIDATE)
    shift = Shift((), ("r2-0",), 100)

    seen = [expected(plan, done, STABLE) for done in range(len(plan.steps) + 1)]

    before = Shift(("r1-0",), (), 0)
    assert [(sorted(each.running), each.shift) for each in seen] == [
        (["r1-0"], before),
        (["r1-0"], before),  # migrated
        (["r1-0", "r2-0"], before),  # launched
        (["r1-0", "r2-0"], before),  # ready
        (["r1-0", "r2-0"], shift),
        (["r1-0", "r2-0"], shift),  # drained
        (["r2-0"], shift),  # stopped
        (["r2-0"], shift),  # baked
    ]


@pytest.mark.parametrize(
    ("shift", "serving"),
    [
        (None, 0),
        (Shift((), (), 0), 0),
        (Shift(("r1-0", "r1-1"), (), 0), 2),
        (Shift((), ("r2-0",), 100), 1),
        (Shift(("r1-0",), ("r2-0",), 10), 2),
        (Shift(("r1-0",), ("r2-0",), 0, preview=True), 1),
        (Shift((), ("r2-0",), 0, preview=True), 0),
    ],
)
def test_only_instances_with_a_share_of_the_traffic_serve(shift: Shift, serving: int) -> None:
    assert serving_of(shift) == serving


def test_capacities_are_those_of_the_expectations_after_each_step() -> None:
    plan = plan_deployment("in-place", {}, STABLE, CANDIDATE)

    told = [(each.step, each.running, each.serving) for each in capacities(plan, STABLE)]

    wanted = [expected(plan, done, STABLE) for done in range(1, len(plan.steps) + 1)]
    assert told == [
        (step, len(each.running), each.serving)
        for step, each in zip(plan.steps, wanted, strict=True)
    ]
