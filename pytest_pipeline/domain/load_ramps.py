"""How load goes over time: straight lines between points, of users or of tasks a second."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, pairwise

#: One point: seconds since the begin of the load, and users or tasks a second from then on.
RampPoint = tuple[float, float]
#: How steep a step is: by so much of its time it begins earlier.
_STEP_RATIO = 1e-9


@dataclass(frozen=True)
class Ramp:
    """Straight lines between points; before the first and after the last it is level.

    Attributes:
        points: The points, by rising time; one at least.
    """

    points: tuple[RampPoint, ...]

    def at(self, at_s: float) -> float:
        """Return the height at a time.

        Args:
            at_s: Seconds since the begin of the load.
        """
        for (from_s, low), (to_s, high) in pairwise(self.points):
            if from_s <= at_s < to_s:
                return low + (high - low) * (at_s - from_s) / (to_s - from_s)
        return self.points[0][1] if at_s < self.points[0][0] else self.points[-1][1]

    def mean(self, until_s: float) -> float:
        """Return the mean height from the begin to a time, which is > 0."""
        lines = self.until(until_s)
        areas = ((to_s - from_s) * (low + high) / 2 for (from_s, low), (to_s, high) in lines)
        return math.fsum(areas) / until_s

    def steepest(self, until_s: float) -> float:
        """Return by how much it changes in a second where it does so most; >= 0."""
        slopes = (
            abs(high - low) / (to_s - from_s) for (from_s, low), (to_s, high) in self.until(until_s)
        )
        return max(slopes, default=0.0)

    def until(self, until_s: float) -> tuple[tuple[RampPoint, RampPoint], ...]:
        """Return its lines from the begin to a time."""
        inner = (each for each in self.points if 0 < each[0] < until_s)
        corners = ((0.0, self.at(0.0)), *inner, (until_s, self.at(until_s)))
        return tuple(pairwise(corners))


def steps(users: int, spawn_rate: float) -> Ramp:
    """Return the users over time as Locust starts them: the first ones at once, whole ones then.

    Args:
        users: All of them; count, >= 1.
        spawn_rate: Users started a second, > 0.
    """
    at_a_time = max(1, math.floor(spawn_rate))
    points: list[RampPoint] = [(0.0, float(min(users, at_a_time)))]
    for number in range(1, math.ceil(users / at_a_time)):
        at_s = number * at_a_time / spawn_rate
        points.append((at_s * (1 - _STEP_RATIO), points[-1][1]))
        points.append((at_s, float(min(users, (number + 1) * at_a_time))))
    return Ramp(tuple(points))


def due_times(ramp: Ramp, until_s: float, *, part: int = 0, parts: int = 1) -> Iterator[float]:
    """Yield when tasks are due, evenly spaced: each when the area below the ramp reaches the next.

    Args:
        ramp: Tasks a second over time.
        until_s: None is due then or later, seconds since the begin of the load.
        part: Which of the parts to yield, of a schedule that several processes share, from 0.
        parts: Number of parts, >= 1; each has every ``parts``-th task.
    """
    numbers = count(part, parts)
    number = next(numbers)
    before = 0.0  # tasks that are due before the line begins
    for (from_s, low), (to_s, high) in ramp.until(until_s):
        span_s = to_s - from_s
        after = before + span_s * (low + high) / 2
        while number < after - 1e-9:
            offset_s = _reached(number - before, low, (high - low) / span_s)
            yield from_s + min(offset_s, span_s)
            number = next(numbers)
        before = after


def late_points(points: Sequence[RampPoint], duration_s: float) -> Iterator[str]:
    """Say that a ramp goes on after the end of its load, whose duration is in seconds."""
    if points and points[-1][0] > duration_s:
        yield f"the ramp ends at {points[-1][0]:g} s, after duration_s = {duration_s:g}"


def wrong_points(points: Sequence[RampPoint]) -> Iterator[str]:
    """Say what is wrong with the points of a ramp."""
    if any(not (0 <= at_s < math.inf and 0 <= height < math.inf) for at_s, height in points):
        yield f"times and heights must be finite and >= 0, got {list(points)!r}"
    elif any(later <= earlier for (earlier, _), (later, _) in pairwise(points)):
        yield f"times must rise from point to point, got {[at_s for at_s, _ in points]!r}"


def _reached(area: float, low: float, slope: float) -> float:
    """Return after which time the area below a line that begins at ``low`` is reached, seconds."""
    if area <= 0:
        return 0.0
    return 2 * area / (low + math.sqrt(max(low * low + 2 * slope * area, 0.0)))
