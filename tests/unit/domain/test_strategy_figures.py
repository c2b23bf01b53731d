"""Figures of a course: downtime, mixed requests, peak, critical path, cut-over."""

from __future__ import annotations

import pytest

from pytest_pipeline.domain.courses import Course, FleetCount, StepTime
from pytest_pipeline.domain.strategy_figures import (
    critical_path_s,
    deploy_s,
    downtime_ms,
    mixed_requests,
    peak_instances,
    restored_s,
    switch_ms,
)
from pytest_pipeline.domain.traffic import Outcome, RequestSample


def sample(at_s: float, release: str = "r1", outcome: Outcome = Outcome.OK) -> RequestSample:
    """A request that is answered at once."""
    answered = release if outcome is not Outcome.LOST else ""
    return RequestSample(at_s, at_s, at_s, outcome, answered, "200")


def course(*samples: RequestSample, steps: tuple[StepTime, ...] = (), **parts: object) -> Course:
    return Course("r1", "r2", 10.0, 20.0, samples, steps=steps, **parts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("outcomes", "expected_ms"),
    [
        ("", 0),
        ("...", 0),
        (".x.", 1000),
        (".xx.", 2000),
        ("x.x.", 2000),
        (".e.", 1000),
        ("..x", 0),  # it ends at once: nothing more was due
        ("xx", 1000),
    ],
)
def test_downtime_is_what_lies_between_a_failed_request_and_the_next_that_went_well(
    outcomes: str, expected_ms: float
) -> None:
    kinds = {".": Outcome.OK, "x": Outcome.LOST, "e": Outcome.ERROR}
    samples = [sample(float(at), outcome=kinds[kind]) for at, kind in enumerate(outcomes)]

    assert downtime_ms(samples) == pytest.approx(expected_ms)


@pytest.mark.parametrize(
    ("releases", "expected"),
    [("1111", 0), ("1122", 0), ("1212", 2), ("11212122", 4), ("2222", 0), ("", 0)],
)
def test_mixed_requests_lie_between_the_first_answer_of_one_and_the_last_of_the_other(
    releases: str, expected: int
) -> None:
    samples = [sample(float(at), f"r{release}") for at, release in enumerate(releases)]

    assert mixed_requests(course(*samples)) == expected


def test_the_peak_is_that_of_both_releases_together() -> None:
    fleet = (
        FleetCount(0.0, "r1", 4),
        FleetCount(1.0, "r2", 1),
        FleetCount(2.0, "r1", 3),
        FleetCount(3.0, "r2", 4),
        FleetCount(4.0, "r1", 0),
    )

    assert peak_instances(course(fleet=fleet)) == 7


def test_the_critical_path_is_the_sum_of_what_steps_needed() -> None:
    steps = (StepTime("launch", 10, 14, 1.5), StepTime("bake", 14, 20, 2.0))
    of = course(steps=steps)

    assert critical_path_s(of) == pytest.approx(3.5)
    assert deploy_s(of) == pytest.approx(10)


def test_the_cut_over_is_the_longest_switch() -> None:
    steps = (
        StepTime("half", 10, 11, 0.05, switches=True),
        StepTime("bake", 11, 12, 1.0),
        StepTime("all", 12, 13, 0.02, switches=True),
    )

    assert switch_ms(course(steps=steps)) == pytest.approx(50)
    assert restored_s(course(steps=steps)) == pytest.approx(3)
    assert switch_ms(course()) is None


def test_the_cut_over_is_not_over_while_stable_answers_new_requests() -> None:
    steps = (StepTime("all", 12, 12.1, 0.02, switches=True),)

    assert switch_ms(course(sample(12.7), steps=steps)) == pytest.approx(700)
    assert switch_ms(course(sample(11.9), steps=steps)) == pytest.approx(20)


def test_the_cut_over_is_over_although_stable_still_answers_what_it_has_got() -> None:
    steps = (StepTime("all", 12, 12.1, 0.02, switches=True),)
    in_flight = RequestSample(11.9, 11.9, 13.9, Outcome.OK, "r1", "200")

    assert switch_ms(course(in_flight, steps=steps)) == pytest.approx(20)
