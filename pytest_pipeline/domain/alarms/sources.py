"""Where the datapoints of alarms come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

#: What the router tells of a release.
RouterMeasure = Literal["error_ratio", "mean_latency_ms", "requests", "requests_per_s"]


@dataclass(frozen=True)
class RouterSource:
    """The router's statistics of the watched release.

    Attributes:
        measure: ``error_ratio`` (0-1), ``mean_latency_ms``, ``requests`` (count) or
            ``requests_per_s``.
    """

    measure: str


@dataclass(frozen=True)
class InstancesSource:
    """The Prometheus endpoint of each serving instance of the watched release.

    Attributes:
        metric: Name of the metric.
        path: Path of the endpoint on an instance.
        labels: Labels that its samples have to have; of several samples the sum counts.
        aggregate: ``sum``, ``mean``, ``max`` or ``min`` over the instances.
        kind: ``value`` as it stands, ``rate`` of a counter a second, or ``ratio`` of the growth of
            two counters.
        divisor: The ratio's other metric; empty for the other kinds.
        divisor_labels: Labels that its samples have to have.
    """

    metric: str
    path: str = "/metrics"
    labels: Mapping[str, str] = field(default_factory=dict)
    aggregate: str = "sum"
    kind: str = "value"
    divisor: str = ""
    divisor_labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PrometheusSource:
    """An instant query of a Prometheus server.

    Attributes:
        url: Base URL of the server.
        query: PromQL whose answer is a scalar, or a vector of one element.
        header_variables: Header to the environment variable that holds its value.
    """

    url: str
    query: str
    header_variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class HttpSource:
    """A number or a truth in a JSON document that HTTP answers.

    Attributes:
        url: What is asked.
        pointer: Where in the document, a JSON pointer (RFC 6901); empty for the whole.
        header_variables: Header to the environment variable that holds its value.
    """

    url: str
    pointer: str = ""
    header_variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CommandSource:
    """A command that prints a number; without a bound its exit code speaks.

    Attributes:
        argv: Program and arguments.
        number: Whether it prints a number; else exit code 0 is true and any other false.
    """

    argv: tuple[str, ...]
    number: bool = True


@dataclass(frozen=True)
class TestsSource:
    """Tests of the service, run against the clients' URL.

    Attributes:
        tests: Names of layers, or node ids.
    """

    __test__ = False  # pytest would take the name for a test's

    tests: tuple[str, ...]


Source = (
    RouterSource | InstancesSource | PrometheusSource | HttpSource | CommandSource | TestsSource
)
#: Sources that are asked through the port `AlarmSources`.
AskedSource = InstancesSource | PrometheusSource | HttpSource | CommandSource | TestsSource
