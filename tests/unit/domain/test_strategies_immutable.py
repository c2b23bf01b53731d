"""Immutable: one instance first, then the rest, and the old set last of all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.plans import Bake, Drain, Launch, Shift, Stop
from pytest_pipeline.domain.strategies import plan_deployment


def fleet(release: int, replicas: int) -> Fleet:
    return Fleet(release, tuple(f"r{release}-{index}" for index in range(replicas)))


def test_one_instance_shows_that_the_release_can_run_before_the_rest_is_launched() -> None:
    plan = plan_deployment("immutable", {}, fleet(1, 4), fleet(2, 4))

    launched = [step.instances for step in plan.steps if isinstance(step, Launch)]

    assert launched == [("r2-0",), ("r2-1", "r2-2", "r2-3")]


def test_a_single_instance_is_launched_once() -> None:
    plan = plan_deployment("immutable", {}, fleet(1, 1), fleet(2, 1))

    assert [type(step).__name__ for step in plan.steps] == [
        "Migrate",
        "Launch",
        "AwaitHealthy",
        "Shift",
        "Bake",
        "Shift",
        "Drain",
        "Stop",
    ]


@given(stable=st.integers(1, 12), candidate=st.integers(1, 12))
def test_nothing_of_the_old_set_is_touched_before_the_new_one_has_all_traffic(
    stable: int, candidate: int
) -> None:
    old, new = fleet(1, stable), fleet(2, candidate)
    steps = plan_deployment("immutable", {}, old, new).steps

    assert steps[-3:] == (
        Shift((), new.instances, 100),
        Drain(old.instances),
        Stop(old.instances),
    )
    assert not any(isinstance(step, Drain | Stop) for step in steps[:-2])
    assert all(not step.replaces for step in steps if isinstance(step, Launch))


@pytest.mark.parametrize(("stable", "candidate", "percent"), [(4, 4, 50), (1, 3, 75), (3, 1, 25)])
def test_both_sets_serve_by_their_size_while_alarms_are_watched(
    stable: int, candidate: int, percent: int
) -> None:
    old, new = fleet(1, stable), fleet(2, candidate)
    steps = plan_deployment("immutable", {"bake_s": 6.0}, old, new).steps

    both = steps.index(Shift(old.instances, new.instances, percent))

    assert steps[both + 1] == Bake(6.0)
