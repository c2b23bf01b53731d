"""Datapoints from metrics that instances tell of themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from pytest_pipeline.domain.alarms.datapoints import Datapoint
from pytest_pipeline.domain.alarms.sources import InstancesSource

_AGGREGATES: Mapping[str, Callable[[Sequence[float]], float]] = {
    "sum": sum,
    "mean": fmean,
    "max": max,
    "min": min,
}


@dataclass(frozen=True)
class InstanceFigures:
    """What one instance told.

    Attributes:
        value: Sum of the metric's samples.
        divisor: The same of the ratio's other metric; None without one.
    """

    value: float
    divisor: float | None = None


def instances_datapoint(
    source: InstancesSource,
    now: Mapping[str, InstanceFigures],
    before: Mapping[str, InstanceFigures] | None,
    *,
    seconds: float,
    minimum: int,
) -> Datapoint:
    """Return the datapoint of what instances told.

    Args:
        source: What is wanted of them.
        now: What each told now, by its identifier.
        before: The same at the datapoint's beginning; None when nobody was asked then. An
            instance that is new since then has counted from zero.
        seconds: Time between the two, > 0.
        minimum: A ratio of a smaller growth of its divisor is missing; count, >= 1.
    """
    if not now:
        return Datapoint(None, "no instance serves")
    if source.kind == "value":
        return Datapoint(_AGGREGATES[source.aggregate]([each.value for each in now.values()]))
    if before is None:
        return Datapoint(None, "counters were read once only")
    zero = InstanceFigures(0.0, 0.0)
    grown = {name: _grown(each, before.get(name, zero)) for name, each in now.items()}
    shrunk = [name for name, each in grown.items() if each is None]
    if shrunk:
        return Datapoint(None, f"a counter of {', '.join(shrunk)} began anew")
    growth = [each for each in grown.values() if each is not None]
    if source.kind == "rate":
        return _rate(source, growth, seconds)
    return _ratio(source, growth, minimum)


def _grown(now: InstanceFigures, before: InstanceFigures) -> InstanceFigures | None:
    value = now.value - before.value
    divisor = (now.divisor or 0.0) - (before.divisor or 0.0)
    return None if value < 0 or divisor < 0 else InstanceFigures(value, divisor)


def _rate(source: InstancesSource, growth: Sequence[InstanceFigures], seconds: float) -> Datapoint:
    if seconds <= 0:
        return Datapoint(None, "no time has passed")
    return Datapoint(_AGGREGATES[source.aggregate]([each.value / seconds for each in growth]))


def _ratio(source: InstancesSource, growth: Sequence[InstanceFigures], minimum: int) -> Datapoint:
    samples = sum(each.divisor or 0.0 for each in growth)
    if samples < minimum:
        return Datapoint(None, f"fewer than {minimum} of {source.divisor} to judge by")
    if source.aggregate == "sum":
        return Datapoint(sum(each.value for each in growth) / samples)
    ratios = [each.value / each.divisor for each in growth if each.divisor]
    return Datapoint(_AGGREGATES[source.aggregate](ratios))
