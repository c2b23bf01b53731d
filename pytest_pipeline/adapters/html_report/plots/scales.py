"""Scales that the plots of one page share, so that strategies can be compared by eye."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pytest_pipeline.domain.courses import Course
from pytest_pipeline.domain.fleet_steps import fleet_steps
from pytest_pipeline.domain.request_bands import rates as per_second
from pytest_pipeline.domain.request_bands import releases_of, requests_per_bin
from pytest_pipeline.domain.time_bins import TimeBins, bins_between
from pytest_pipeline.domain.traffic import Outcome

_LEAST_MS = 0.1
# Above the stack of requests is room for the marks of those that failed.
_ROOM, _ROOM_ON_LOG_SCALE = 1.3, 1.5


@dataclass(frozen=True)
class Scales:
    """Where the axes of a page end.

    Attributes:
        rate: Highest number of requests a second.
        shortest_ms: Shortest response time, milliseconds; > 0.
        longest_ms: Longest response time, milliseconds.
        instances: Most instances at the same time; count.
    """

    rate: float
    shortest_ms: float
    longest_ms: float
    instances: int


def course_bins(course: Course) -> TimeBins:
    """Return the bins of a course: all its steps, and its traffic until one more would be due."""
    due_s = [each.intended_s for each in course.samples]
    moments = [course.began_s, course.ended_s, *due_s]
    if len(due_s) > 1:
        first_s, last_s = min(due_s), max(due_s)
        moments.append(last_s + (last_s - first_s) / (len(due_s) - 1))
    return bins_between(min(moments), max(moments))


def scales_of(courses: Iterable[Course]) -> Scales:
    """Return scales on which all of the courses have room."""
    rates, times_ms, peaks = [1.0], [1.0, 10.0], [1]
    for course in courses:
        bins = course_bins(course)
        counts = requests_per_bin(course.samples, releases_of(course), bins)
        rates.append(max(per_second(_totals(list(counts.values())), bins)))
        ok = (each for each in course.samples if each.outcome is Outcome.OK)
        times_ms += [(each.done_s - each.intended_s) * 1000 for each in ok]
        steps = fleet_steps(course.fleet, releases_of(course), bins.start_s, bins.end_s)
        peaks.append(steps.peak)
    return Scales(
        rate=max(rates) * _ROOM,
        shortest_ms=max(min(times_ms), _LEAST_MS) / _ROOM_ON_LOG_SCALE,
        longest_ms=max(times_ms) * _ROOM_ON_LOG_SCALE,
        instances=max(peaks),
    )


def _totals(rows: Sequence[Sequence[int]]) -> list[int]:
    return [sum(each) for each in zip(*rows, strict=True)]
