"""Reads metrics from the Prometheus endpoint of each instance."""

from __future__ import annotations

import math
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from pytest_pipeline.adapters.alarm_sources.exposition import Sample, samples
from pytest_pipeline.adapters.alarm_sources.fetching import Fetch, fetch
from pytest_pipeline.domain.alarms.instance_figures import InstanceFigures
from pytest_pipeline.domain.alarms.sources import InstancesSource
from pytest_pipeline.engine.alarm_sources import Answer, Question
from pytest_pipeline.engine.ports import Clock
from pytest_pipeline.errors import AlarmError

#: Instances that are asked at the same time, at most.
_AT_ONCE = 8


def ask_instances(source: InstancesSource, question: Question, clock: Clock) -> Answer:
    """Ask every instance; one that cannot be read makes the whole unreadable."""
    if not question.instances:
        return Answer(reason="no instance serves")
    deadline = clock.now() + question.timeout_s

    def ask(item: tuple[str, str]) -> InstanceFigures | str:
        name, url = item
        left_s = max(deadline - clock.now(), 0.001)
        try:
            return _figures(source, Fetch(url + source.path, left_s), clock)
        except AlarmError as error:
            return f"{name}: {error}"

    with ThreadPoolExecutor(min(_AT_ONCE, len(question.instances))) as pool:
        told = list(pool.map(ask, question.instances.items()))
    broken = [each for each in told if isinstance(each, str)]
    if broken:
        more = f" and {len(broken) - 1} more" if len(broken) > 1 else ""
        return Answer(reason=f"{broken[0]}{more}")
    figures = zip(question.instances, told, strict=True)
    return Answer(
        figures={name: each for name, each in figures if isinstance(each, InstanceFigures)}
    )


def _figures(source: InstancesSource, wanted: Fetch, clock: Clock) -> InstanceFigures:
    fetched = fetch(wanted, clock)
    if fetched.status != 200:  # noqa: PLR2004 - an HTTP status
        raise AlarmError(f"{source.path} answered {fetched.status}")
    try:
        told = samples(fetched.body.decode())
    except UnicodeDecodeError:
        raise AlarmError("its metrics are not UTF-8") from None
    value = _sum(told, source.metric, source.labels, source.kind)
    if not source.divisor:
        return InstanceFigures(value)
    return InstanceFigures(value, _sum(told, source.divisor, source.divisor_labels, source.kind))


def _sum(told: list[Sample], metric: str, labels: Mapping[str, str], kind: str) -> float:
    """Return the sum of a metric's samples.

    A counter that never counted with these labels may not be told at all: then the metric is there
    with others, and the sum is 0. A label that none of its samples has is no such case.
    """
    named = [each for each in told if each.is_of(metric)]
    unknown = [name for name in labels if not any(name in each.labels for each in named)]
    if named and unknown:
        raise AlarmError(f"no sample of {metric} has a label {', '.join(unknown)}")
    fitting = [each for each in named if labels.items() <= each.labels.items()]
    if not fitting and (kind == "value" or not named):
        with_labels = f" with {dict(labels)}" if labels and named else ""
        raise AlarmError(f"it tells no {metric}{with_labels}")
    total = sum(each.value for each in fitting)
    if not math.isfinite(total):
        raise AlarmError(f"{metric} is {total}".replace("nan", "NaN"))
    return total
