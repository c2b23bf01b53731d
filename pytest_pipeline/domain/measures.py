"""What a gate can judge: the catalogue of measures, with unit and meaning."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """One measure that objectives may name.

    Attributes:
        name: Dotted name, such as ``load.p95_ms``.
        unit: Unit of the value: ``count``, ``s``, ``ms``, ``percent`` (0-100), ``ratio`` (0-1) or
            ``1/s``.
        meaning: One line for people.
    """

    name: str
    unit: str
    meaning: str


_CATALOGUE = (
    Measure("tests.collected", "count", "tests of the stage that were collected"),
    Measure(
        "tests.executed", "count", "tests that ran and say something: passed, failed or xpassed"
    ),
    Measure("tests.passed", "count", "tests that passed"),
    Measure("tests.failed", "count", "tests that failed or erred in set-up or tear-down"),
    Measure("tests.errors", "count", "tests that erred in set-up or tear-down, and broken modules"),
    Measure("tests.skipped", "count", "tests that were skipped"),
    Measure("tests.xfailed", "count", "tests that failed as expected"),
    Measure("tests.xpassed", "count", "tests that passed though a failure was expected"),
    Measure("tests.deselected", "count", "tests of the stage that were collected and left out"),
    Measure("tests.flaky", "count", "tests whose attempts came to different ends"),
    Measure("tests.retried", "count", "tests that were tried more than once"),
    Measure("tests.quarantined", "count", "failed tests that the quarantine excuses"),
    Measure(
        "tests.required_missing", "count", "required tests that did not run and pass, or not exist"
    ),
    Measure(
        "tests.unlisted_skips", "count", "skipped tests and modules whose reason is not allowed"
    ),
    Measure("quarantine.entries", "count", "entries of the quarantine"),
    Measure(
        "quarantine.expired", "count", "entries whose last day is over and that name tests here"
    ),
    Measure("tests.duration_s", "s", "sum of the durations of all tests of the stage"),
    Measure("coverage.percent", "percent", "lines covered, as pytest-cov reports it"),
    Measure("load.requests", "count", "requests sent by all load tests of the stage"),
    Measure("load.failures", "count", "requests of load tests that failed"),
    Measure("load.error_ratio", "ratio", "failed requests / requests, worst load test"),
    Measure("load.requests_per_s", "1/s", "achieved request rate, slowest load test"),
    Measure("load.p50_ms", "ms", "median response time, worst load test"),
    Measure("load.p95_ms", "ms", "95th percentile of the response time, worst load test"),
    Measure("load.p99_ms", "ms", "99th percentile of the response time, worst load test"),
    Measure("load.max_ms", "ms", "longest response time, worst load test"),
)

MEASURES: dict[str, Measure] = {measure.name: measure for measure in _CATALOGUE}
