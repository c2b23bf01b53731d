"""Prometheus' text format, as instances tell it.

Source:
    Prometheus, Exposition formats: text-based format.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pytest_pipeline.errors import AlarmError, MissingExtraError


@dataclass(frozen=True)
class Sample:
    """One line.

    Attributes:
        name: Name of the metric.
        labels: Its labels.
        value: The value.
        base: A counter's name without ``_total``, which the parser adds where it was not told;
            else empty.
    """

    name: str
    labels: Mapping[str, str]
    value: float
    base: str = ""

    def is_of(self, metric: str) -> bool:
        """Return whether it is one of a metric's."""
        return metric in (self.name, self.base)


def samples(text: str) -> list[Sample]:
    """Return the samples of a text.

    Raises:
        AlarmError: If a line is none, or the text ends within one: what is not understood may be
            what was asked for.
        MissingExtraError: If the parser is not installed.
    """
    try:
        from prometheus_client.parser import (  # noqa: PLC0415 - of an extra
            text_string_to_metric_families,
        )
    except ImportError as error:
        raise MissingExtraError('alarms with source = "instances"', "deploy") from error
    if text and not text.endswith("\n"):
        raise AlarmError("its metrics end within a line")
    try:
        return [
            Sample(
                each.name,
                each.labels,
                each.value,
                family.name if family.type == "counter" else "",
            )
            for family in text_string_to_metric_families(text)
            for each in family.samples
        ]
    except (ValueError, LookupError) as error:
        raise AlarmError(f"its metrics are not in Prometheus' text format: {error}") from None
