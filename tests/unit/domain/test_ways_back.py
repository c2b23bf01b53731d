"""Where a plan is held so that its way back can be measured."""

from __future__ import annotations

import pytest

from pytest_pipeline.domain.fleet_expectations import expected
from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.plans import DelayScaleDown
from pytest_pipeline.domain.strategies import plan_deployment
from pytest_pipeline.domain.ways_back import held_at_last_moment

STABLE, CANDIDATE = Fleet(1, ("r1-0", "r1-1")), Fleet(2, ("r2-0", "r2-1"))


@pytest.mark.parametrize("strategy", ["immutable", "blue-green", "canary"])
def test_what_keeps_the_old_set_is_held_when_all_traffic_left_it(strategy: str) -> None:
    plan = plan_deployment(strategy, {}, STABLE, CANDIDATE)

    held = held_at_last_moment(plan, STABLE)

    assert held is not None
    after = expected(held, len(held.steps), STABLE)
    assert set(STABLE.instances) < after.running
    assert after.shift is not None
    assert (after.shift.stable, after.shift.candidate_percent) == ((), 100)
    assert isinstance(held.steps[-1], DelayScaleDown)


@pytest.mark.parametrize("replicas", [1, 2])
@pytest.mark.parametrize("strategy", ["in-place", "rolling"])
def test_what_stops_the_old_set_along_the_way_is_not_held(strategy: str, replicas: int) -> None:
    stable, candidate = (
        Fleet(each.release, each.instances[:replicas]) for each in (STABLE, CANDIDATE)
    )
    held = held_at_last_moment(plan_deployment(strategy, {}, stable, candidate), stable)

    assert (held is None) == (strategy == "in-place" or replicas > 1)
