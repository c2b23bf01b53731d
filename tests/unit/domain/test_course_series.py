"""What is drawn of a course: binned, counted, and never more than was recorded."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_pipeline.adapters.html_report.plots.scales import course_bins, scales_of
from pytest_pipeline.domain.course_marks import marks
from pytest_pipeline.domain.courses import (
    Course,
    CourseEvent,
    CourseEventKind,
    FleetCount,
    since_its_first_step,
)
from pytest_pipeline.domain.fleet_steps import fleet_steps
from pytest_pipeline.domain.latency_bins import latencies
from pytest_pipeline.domain.request_bands import (
    Band,
    ReleasePair,
    rates,
    requests_per_bin,
    shares_percent,
)
from pytest_pipeline.domain.time_bins import MOST_BINS, TimeBins, bins_between
from pytest_pipeline.domain.traffic import Outcome, RequestSample

PAIR = ReleasePair("r1", "r2")
STEP, TRAFFIC = CourseEventKind.STEP, CourseEventKind.TRAFFIC


def sample(
    due_s: float, *, release: str = "r1", outcome: Outcome = Outcome.OK, took_s: float = 0.01
) -> RequestSample:
    return RequestSample(due_s, due_s + 0.001, due_s + took_s, outcome, release, "200")


@given(st.floats(-1e4, 1e6), st.floats(0, 1e5))
def test_bins_cover_the_whole_stretch_and_are_bounded(start_s: float, span_s: float) -> None:
    bins = bins_between(start_s, start_s + span_s)

    assert 1 <= bins.count <= MOST_BINS
    assert bins.end_s == pytest.approx(start_s + max(span_s, bins.widths_s[0]))
    assert 0.49 <= bins.widths_s[-1] / bins.width_s <= 1.51
    assert len(bins.edges_s) == len(bins.centres_s) + 1


@pytest.mark.parametrize(
    ("span_s", "width_s"), [(10, 0.1), (16, 0.1), (17, 0.25), (70, 0.5), (600, 5.0)]
)
def test_bins_have_a_readable_width(span_s: float, width_s: float) -> None:
    assert bins_between(0, span_s).width_s == width_s


@pytest.mark.parametrize(
    ("at_s", "index"), [(-5, 0), (0, 0), (0.099, 0), (0.1, 1), (0.3, 3), (0.95, 9), (99, 9)]
)
def test_a_moment_on_an_edge_belongs_to_the_bin_that_begins_there(at_s: float, index: int) -> None:
    assert TimeBins(0.0, 0.1, 10).index(at_s) == index


def test_requests_are_told_apart_by_outcome_and_by_release() -> None:
    samples = [
        sample(0.1),
        sample(0.2, release="r2"),
        sample(0.3, release=""),
        sample(0.4, release="r2", outcome=Outcome.ERROR),
        sample(1.5, release="", outcome=Outcome.LOST),
    ]

    counts = requests_per_bin(samples, PAIR, TimeBins(0, 1.0, 2))

    assert counts == {
        Band.STABLE: [1, 0],
        Band.CANDIDATE: [1, 0],
        Band.OTHER: [1, 0],
        Band.ERROR: [1, 0],
        Band.LOST: [0, 1],
    }


@given(st.lists(st.floats(0, 100), max_size=50), st.sampled_from(Outcome))
def test_every_request_that_was_sent_is_counted(due_s: list[float], outcome: Outcome) -> None:
    counts = requests_per_bin(
        [sample(each, outcome=outcome) for each in due_s], PAIR, bins_between(0, 60)
    )

    sent = 0 if outcome is Outcome.UNSENT else len(due_s)
    assert sum(sum(row) for row in counts.values()) == sent


def test_a_first_deployment_has_no_stable_that_an_unknown_answer_could_be() -> None:
    assert ReleasePair(None, "r1").band("") is Band.OTHER


def test_counts_become_requests_a_second_by_the_width_of_a_bin() -> None:
    assert rates([5, 0], TimeBins(0, 0.25, 2)) == [20.0, 0.0]


@pytest.mark.parametrize("span_s", [1.33, 1.06, 1.04, 9.96, 21.1, 40.2])
def test_steady_traffic_is_drawn_steady_to_its_end(span_s: float) -> None:
    of = Course(
        "r1", "r2", 0.5, span_s - 0.5, tuple(sample(n / 100) for n in range(round(100 * span_s)))
    )
    bins = course_bins(of)

    seen = rates(requests_per_bin(of.samples, PAIR, bins)[Band.STABLE], bins)

    assert bins.end_s == pytest.approx(span_s)
    assert seen[-1] == pytest.approx(100)
    assert scales_of([of]).rate == pytest.approx(130)


def test_shares_are_of_what_was_due_and_unknown_where_nothing_was() -> None:
    shares = shares_percent({Band.STABLE: [3, 0], Band.LOST: [1, 0]})

    assert shares == {Band.STABLE: [75.0, None], Band.LOST: [25.0, None]}


def test_latencies_are_nearest_ranks_of_successful_answers_from_when_they_were_due() -> None:
    samples = [sample(0.5, took_s=each / 1000) for each in range(1, 101)]
    samples.append(sample(0.5, took_s=9, outcome=Outcome.LOST))

    series = latencies(samples, TimeBins(0, 1.0, 2))

    assert series.p50_ms == (pytest.approx(50), None)
    assert series.p95_ms == (pytest.approx(95), None)
    assert series.longest_ms == (pytest.approx(100), None)


def test_a_count_of_instances_holds_until_the_next_one_of_its_release() -> None:
    fleet = [
        FleetCount(-9, "r1", 2),
        FleetCount(1, "r2", 1),
        FleetCount(2, "r2", 2),
        FleetCount(3, "r1", 0),
    ]

    steps = fleet_steps(fleet, PAIR, 0, 4)

    assert steps.edges_s == (0, 1, 2, 3, 4)
    assert steps.running[Band.STABLE] == [2, 2, 2, 0]
    assert steps.running[Band.CANDIDATE] == [0, 1, 2, 2]
    assert steps.peak == 4


def test_a_course_without_counts_of_instances_has_none() -> None:
    assert fleet_steps([], PAIR, 0, 4).peak == 0


def test_events_that_lie_close_together_share_a_mark_that_names_their_numbers() -> None:
    events = [
        CourseEvent(1.0, STEP, "launch\n r2-0"),
        CourseEvent(1.1, TRAFFIC, "all to r2"),
        CourseEvent(1.2, STEP, "await r2-0"),
        CourseEvent(1.3, STEP, "stop r1-0"),
        CourseEvent(3.0, STEP, "stop r1-1"),
    ]

    found = marks(events, closer_than_s=0.5)

    assert [(each.kind, each.badge, each.text) for each in found] == [
        (STEP, "1+", "launch r2-0 (+2)"),
        (STEP, "5", "stop r1-1"),
        (TRAFFIC, "2", "all to r2"),
    ]


@given(st.lists(st.tuples(st.floats(0, 60), st.sampled_from(CourseEventKind)), max_size=60))
def test_marks_of_a_kind_keep_their_distance_and_every_event_is_in_one(
    drawn: list[tuple[float, CourseEventKind]],
) -> None:
    events = [CourseEvent(at_s, kind, "x") for at_s, kind in sorted(drawn)]

    found = marks(events, closer_than_s=2.0)

    numbers = sorted(number for each in found for number in each.numbers)
    assert numbers == list(range(1, len(events) + 1))
    for kind in CourseEventKind:
        row = [each.at_s for each in found if each.kind is kind]
        assert all(after - before >= 2.0 for before, after in pairwise(row))


def test_a_course_can_count_from_its_first_step() -> None:
    course = Course(
        *("r1", "r2", 100.0, 103.0, (sample(99.5),)),
        (CourseEvent(101, STEP, "x"),),
        (FleetCount(99, "r1", 2),),
    )

    moved = since_its_first_step(course)

    assert (moved.began_s, moved.ended_s) == (0, 3)
    assert moved.samples[0].intended_s == -0.5
    assert moved.events[0].at_s == 1
    assert moved.fleet[0].at_s == -1
