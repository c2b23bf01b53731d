"""A probe: one load at one rate, and whether the service held it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pytest_pipeline.domain.capacity.keeping_up import not_kept_up
from pytest_pipeline.domain.capacity.load_objectives import measured, missed_of
from pytest_pipeline.domain.load import LoadResult
from pytest_pipeline.domain.load_problems import ProblemKind, kind_of
from pytest_pipeline.domain.objectives import Objective


class Outcome(StrEnum):
    """What a probe says of its rate."""

    HELD = "held"
    MISSED = "missed"
    INVALID = "invalid"


class Limit(StrEnum):
    """What ended a service's capacity, or the search for it."""

    ERRORS = "errors"
    LATENCY = "latency"
    RATE = "rate"
    DEATH = "instance died"
    GENERATOR = "generator"
    NONE = ""


@dataclass(frozen=True)
class Probe:
    """One load at one rate.

    Attributes:
        rate: Tasks begun a second, 1/s.
        outcome: What it says of the rate.
        requests: Requests that finished; count.
        failures: Of these failed; count.
        requests_per_s: Finished requests a second, 1/s.
        p50_ms: Median response time; None without requests. So are the others.
        p95_ms: 95th percentile.
        p99_ms: 99th percentile.
        limits: What was missed, worst first; empty unless the outcome is MISSED.
        missed: The same in words, with figures.
        problems: Why the result cannot be trusted; empty unless the outcome is INVALID.
        reason: Why this rate was asked for (`search.Reason`).
    """

    rate: float
    outcome: Outcome
    requests: int = 0
    failures: int = 0
    requests_per_s: float = 0.0
    p50_ms: float | None = None
    p95_ms: float | None = None
    p99_ms: float | None = None
    limits: tuple[Limit, ...] = ()
    missed: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    reason: str = ""


def probe_of(  # noqa: PLR0913 - what is known of a load
    result: LoadResult,
    *,
    rate: float,
    asked_s: float,
    objectives: Sequence[Objective],
    died: Sequence[str] = (),
    reason: str = "",
) -> Probe:
    """Return what a load says of its rate.

    A result that cannot be trusted says nothing, unless all that is wrong with it is that the
    service was too slow.

    Args:
        result: What the load measured.
        rate: Tasks begun a second, 1/s, > 0.
        asked_s: How long tasks were begun, seconds, > 0.
        objectives: What has to be met; absolute, see `load_objectives`.
        died: Instances that died meanwhile.
        reason: Why this rate was asked for.
    """
    missed = [
        *((Limit.DEATH, f"{each} died") for each in died),
        *_missed_objectives(result, objectives),
        *_missed_rate(result, asked_s),
    ]
    slow = [each for each in result.problems if _is_of_service(each, result, missed=bool(missed))]
    missed += [(Limit.RATE, each) for each in slow]
    if len(slow) < len(result.problems) and not died:
        outcome, missed = Outcome.INVALID, []
    else:
        outcome = Outcome.MISSED if missed else Outcome.HELD
    return Probe(
        rate=rate,
        outcome=outcome,
        requests=result.requests,
        failures=result.failures,
        requests_per_s=result.requests_per_s,
        p50_ms=result.p50_ms,
        p95_ms=result.p95_ms,
        p99_ms=result.p99_ms,
        limits=tuple(dict.fromkeys(limit for limit, _ in missed)),
        missed=tuple(words for _, words in missed),
        problems=result.problems if outcome is Outcome.INVALID else (),
        reason=reason,
    )


def _missed_objectives(
    result: LoadResult, objectives: Sequence[Objective]
) -> list[tuple[Limit, str]]:
    """Return the objectives that were missed: errors first, for slowness may follow from them."""
    figures = measured(result)
    found = [
        (Limit.LATENCY if each.measure.endswith("_ms") else Limit.ERRORS, words)
        for each in objectives
        if (words := missed_of(each, figures))
    ]
    return sorted(found, key=lambda each: each[0] is not Limit.ERRORS)


def _missed_rate(result: LoadResult, asked_s: float) -> list[tuple[Limit, str]]:
    said = not_kept_up(result, asked_s=asked_s)
    return [(Limit.RATE, said)] if said else []


def _is_of_service(problem: str, result: LoadResult, *, missed: bool) -> bool:
    """Whether it is the service that a result cannot be trusted for."""
    match kind_of(problem):
        case ProblemKind.CUT_OFF | ProblemKind.SLOW_SERVICE:
            return True
        case ProblemKind.ALL_BUSY:  # else there were too few users
            return missed
        case ProblemKind.ESCAPED:  # what a locustfile makes of answers that are errors
            return bool(result.failures)
        case None:
            return False
