"""What a gate can judge: the catalogue of measures, with unit and meaning."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Worse(StrEnum):
    """The direction in which a measure gets worse, where that is the same for everybody."""

    MORE = "more"
    LESS = "less"
    UNKNOWN = ""


@dataclass(frozen=True)
class Measure:
    """One measure that objectives may name.

    Attributes:
        name: Dotted name, such as ``load.p95_ms``.
        unit: Unit of the value: ``count``, ``s``, ``ms``, ``percent`` (0-100), ``ratio`` (0-1) or
            ``1/s``; of a user's own measure any word, empty for none.
        meaning: One line for people.
        worse: The direction in which it gets worse.
    """

    name: str
    unit: str
    meaning: str
    worse: Worse = Worse.UNKNOWN


@dataclass(frozen=True)
class MeasureFamily:
    """Measures that differ in one parameter.

    Attributes:
        pattern: Their name with the parameter in capitals: ``duration.LAYER_s``.
        parameter: The parameter: ``LAYER``.
        unit: Unit of their values, see `Measure`.
        meaning: One line for people.
        worse: The direction in which they get worse.
        values: What the parameter may be, a regular expression.
    """

    pattern: str
    parameter: str
    unit: str
    meaning: str
    worse: Worse
    values: str

    def value_in(self, name: str) -> str | None:
        """Return the parameter of a name; None if it is no member's."""
        before, after = self.pattern.split(self.parameter)
        found = re.fullmatch(f"{re.escape(before)}({self.values}){re.escape(after)}", name)
        return found[1] if found else None

    def member(self, value: str) -> Measure:
        """Return the member with this parameter."""
        return Measure(
            self.pattern.replace(self.parameter, value),
            self.unit,
            self.meaning.replace(self.parameter, value),
            self.worse,
        )


_MORE, _LESS = Worse.MORE, Worse.LESS
_CATALOGUE = (
    Measure("tests.collected", "count", "tests of the stage that were collected", _LESS),
    Measure(
        "tests.executed",
        "count",
        "tests that ran and say something: passed, failed or xpassed",
        _LESS,
    ),
    Measure("tests.passed", "count", "tests that passed", _LESS),
    Measure("tests.failed", "count", "tests that failed or erred in set-up or tear-down", _MORE),
    Measure(
        "tests.errors",
        "count",
        "tests that erred in set-up or tear-down, and broken modules",
        _MORE,
    ),
    Measure("tests.skipped", "count", "tests and whole modules that were skipped", _MORE),
    Measure("tests.xfailed", "count", "tests that failed as expected", _MORE),
    Measure("tests.xpassed", "count", "tests that passed though a failure was expected", _MORE),
    Measure(
        "tests.deselected",
        "count",
        "tests of the stage that were collected and left out",
        _MORE,
    ),
    Measure("tests.flaky", "count", "tests whose attempts came to different ends", _MORE),
    Measure("tests.retried", "count", "tests that were tried more than once", _MORE),
    Measure("tests.quarantined", "count", "failed tests that the quarantine excuses", _MORE),
    Measure(
        "tests.required_missing",
        "count",
        "required tests that did not run and pass, or not exist",
        _MORE,
    ),
    Measure(
        "tests.unlisted_skips",
        "count",
        "skipped tests and modules whose reason is not allowed",
        _MORE,
    ),
    Measure("quarantine.entries", "count", "entries of the quarantine", _MORE),
    Measure(
        "quarantine.expired",
        "count",
        "entries whose last day is over and that name tests here",
        _MORE,
    ),
    Measure("tests.duration_s", "s", "sum of the durations of all tests of the stage", _MORE),
    Measure(
        "duration.wall_s", "s", "from the start of the first test to the end of the last", _MORE
    ),
    Measure("duration.slowest_s", "s", "duration of the slowest test, all its attempts", _MORE),
    Measure("coverage.percent", "percent", "what is covered, as pytest-cov reports it", _LESS),
    Measure("coverage.branch_percent", "percent", "branches taken / all branches", _LESS),
    Measure(
        "coverage.changed_percent",
        "percent",
        "lines covered / executable lines changed since the merge base",
        _LESS,
    ),
    Measure("router.requests", "count", "requests through the router during the stage"),
    Measure("router.errors", "count", "of these answered with a 5xx made by the router", _MORE),
    Measure("router.error_ratio", "ratio", "router.errors / router.requests", _MORE),
    Measure("load.requests", "count", "requests sent by all load tests of the stage", _LESS),
    Measure("load.failures", "count", "requests of load tests that failed", _MORE),
    Measure("load.error_ratio", "ratio", "failed requests / requests, worst load test", _MORE),
    Measure("load.requests_per_s", "1/s", "achieved request rate, slowest load test", _LESS),
    Measure("load.p50_ms", "ms", "median response time, worst load test", _MORE),
    Measure("load.p95_ms", "ms", "95th percentile of the response time, worst load test", _MORE),
    Measure("load.p99_ms", "ms", "99th percentile of the response time, worst load test", _MORE),
    Measure("load.max_ms", "ms", "longest response time, worst load test", _MORE),
)

#: The measures with a name of their own, by name.
MEASURES: dict[str, Measure] = {measure.name: measure for measure in _CATALOGUE}

LAYER_DURATIONS = MeasureFamily(
    "duration.LAYER_s",
    "LAYER",
    "s",
    "sum of the durations of the tests of layer LAYER",
    _MORE,
    r"[^.\[\]\s]+",
)
PACKAGE_COVERAGE = MeasureFamily(
    "coverage.percent[PACKAGE]",
    "PACKAGE",
    "percent",
    "what is covered of the modules in package PACKAGE",
    _LESS,
    r"[^\W\d]\w*(?:\.[^\W\d]\w*)*",
)
#: Measures with a parameter.
FAMILIES = (LAYER_DURATIONS, PACKAGE_COVERAGE)

#: How the names of measures begin that tests and plugins bring.
CUSTOM_PREFIX = "custom."
_CUSTOM = re.compile(r"custom(\.[a-z][a-z0-9_]*)+")


def is_custom(name: str) -> bool:
    """Return whether a name is one that tests and plugins may bring: ``custom.rows``."""
    return _CUSTOM.fullmatch(name) is not None


def all_measures(layers: Sequence[str]) -> dict[str, Measure]:
    """Return the catalogue, the durations of all layers among it, by name."""
    members = {
        member.name: member for layer in layers for member in [LAYER_DURATIONS.member(layer)]
    }
    return members | MEASURES  # a layer called "wall" has no measure of its own


def find_measure(name: str, layers: Sequence[str]) -> Measure | None:
    """Return the measure of a name; None where there is none.

    Args:
        name: As an objective has it; of a custom one nothing but the name is known.
        layers: The layers that there are.
    """
    known = all_measures(layers).get(name)
    if known is not None:
        return known
    package = PACKAGE_COVERAGE.value_in(name)
    if package is not None:
        return PACKAGE_COVERAGE.member(package)
    return Measure(name, "", "") if is_custom(name) else None
