"""Ramps are straight lines between points, and tasks are due where the area below reaches one."""

from __future__ import annotations

import math
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_pipeline.domain.load_ramps import Ramp, RampPoint, due_times, wrong_points

RAMPS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 200)), min_size=1, unique_by=lambda point: point[0]
).map(lambda points: Ramp(tuple((float(at_s), float(high)) for at_s, high in sorted(points))))


@pytest.mark.parametrize(
    ("at_s", "height"), [(0, 10), (2, 10), (3, 15), (4, 20), (5, 10), (6, 0), (9, 0)]
)
def test_between_points_it_goes_straight_and_outside_it_is_level(
    at_s: float, height: float
) -> None:
    assert Ramp(((2, 10), (4, 20), (6, 0))).at(at_s) == height


def test_its_mean_is_the_area_below_over_the_time() -> None:
    ramp = Ramp(((0, 10), (5, 50)))

    assert ramp.mean(5) == pytest.approx(30)
    assert ramp.mean(10) == pytest.approx(40)


def test_tasks_of_a_level_rate_are_due_evenly_from_the_begin() -> None:
    due = list(due_times(Ramp(((0, 4),)), 1.0))

    assert due == pytest.approx([0, 0.25, 0.5, 0.75])


def test_tasks_of_a_rising_rate_come_closer_and_closer() -> None:
    due = list(due_times(Ramp(((0, 0), (10, 10))), 10.0))

    assert due == pytest.approx([math.sqrt(2 * number) for number in range(50)])


@given(RAMPS, st.integers(1, 60))
def test_as_many_tasks_are_due_as_the_area_says_in_rising_order(ramp: Ramp, until_s: int) -> None:
    due = list(due_times(ramp, until_s))

    assert abs(len(due) - ramp.mean(until_s) * until_s) <= 1
    assert due == sorted(due)
    assert all(0 <= at_s <= until_s for at_s in due)


@given(RAMPS, st.integers(1, 20), st.integers(1, 5))
def test_processes_share_a_schedule_without_gap_or_overlap(
    ramp: Ramp, until_s: int, parts: int
) -> None:
    shared = [list(due_times(ramp, until_s, part=each, parts=parts)) for each in range(parts)]

    assert sorted(chain.from_iterable(shared)) == list(due_times(ramp, until_s))
    assert max(map(len, shared)) - min(map(len, shared)) <= 1


@pytest.mark.parametrize(
    ("points", "said"),
    [
        pytest.param([(0, 1), (0, 2)], "times must rise", id="same-time"),
        pytest.param([(5, 1), (2, 2)], "times must rise", id="back-in-time"),
        pytest.param([(-1, 1)], ">= 0", id="before-the-begin"),
        pytest.param([(0, -1)], ">= 0", id="negative"),
        pytest.param([(0, math.nan)], "finite", id="no-number"),
        pytest.param([(0, math.inf)], "finite", id="endless"),
    ],
)
def test_points_that_make_no_ramp_are_refused(points: list[RampPoint], said: str) -> None:
    (problem,) = wrong_points(points)

    assert said in problem
