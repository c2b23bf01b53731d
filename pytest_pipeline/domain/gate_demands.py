"""From the demands of a gate to objectives, and from a run to the measures that they judge."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pytest_pipeline.domain.criteria import Comparison, Criterion
from pytest_pipeline.domain.demands import Demands
from pytest_pipeline.domain.failure_places import headline
from pytest_pipeline.domain.gates import CriteriaSet, Objective
from pytest_pipeline.domain.patterns_of_tests import matches_any, naming
from pytest_pipeline.domain.quarantine import Quarantine
from pytest_pipeline.domain.tallies import StageRun, Tally
from pytest_pipeline.domain.test_outcomes import TestOutcome

_NONE = (Criterion(Comparison.EQUAL, 0),)


def demanded(demands: Demands, quarantine: Quarantine | None) -> tuple[Objective, ...]:
    """Return the objectives that a stage's demands, and the quarantine, come to."""
    objectives = []
    if demands.required_tests:
        objectives.append(Objective("tests.required_missing", _NONE))
    if demands.skip_reasons is not None:
        objectives.append(Objective("tests.unlisted_skips", _NONE))
    if quarantine is not None:
        objectives += [
            Objective("tests.quarantined", _NONE, _at_most(quarantine.max_tests)),
            Objective("quarantine.entries", _at_most(quarantine.max_entries)),
            Objective("quarantine.expired", _NONE),
        ]
    return tuple(objectives)


def _at_most(count: int) -> CriteriaSet:
    return (Criterion(Comparison.AT_MOST, count),)


def with_demands(run: StageRun, demands: Demands) -> StageRun:
    """Return the run with the measures of a stage's demands, and what each figure is about."""
    details = {"tests.flaky": tuple(sorted(_flaky(run.tally))), **run.details}
    measurements = dict(run.measurements)
    if demands.required_tests:
        missing = tuple(sorted(_missing(run, demands.required_tests)))
        details["tests.required_missing"] = missing
        measurements["tests.required_missing"] = len(missing)
    if demands.skip_reasons is not None:
        unlisted = tuple(sorted(_unlisted(run.tally, demands.skip_reasons)))
        details["tests.unlisted_skips"] = unlisted
        measurements["tests.unlisted_skips"] = len(unlisted)
    told = {measure: about for measure, about in details.items() if about}
    return replace(run, measurements=measurements, details=told)


def _missing(run: StageRun, patterns: tuple[str, ...]) -> Iterator[str]:
    """Yield what a required test lacks, each test once."""
    told = set()
    outcomes = run.tally.outcomes
    deselected = frozenset(run.details.get("tests.deselected", ()))
    unknown = [each for each in (*deselected, *run.missing) if each not in outcomes]
    for pattern in patterns:
        is_named = naming(pattern)
        named = list(filter(is_named, outcomes))
        lost = list(filter(is_named, unknown))
        if not named and not lost:
            yield f"{pattern} (no such test)"
        wrong = {each: str(outcomes[each]) for each in named if not outcomes[each].passes}
        wrong |= {each: "deselected" if each in deselected else "not run" for each in lost}
        for nodeid, why in wrong.items():
            if nodeid not in told:
                told.add(nodeid)
                yield f"{nodeid} ({why})"


def _unlisted(tally: Tally, reasons: tuple[str, ...]) -> Iterator[str]:
    """Yield the tests and modules that were skipped for a reason that is not allowed."""
    for record in tally.records:
        reason = record.attempts[-1].reason if record.attempts else ""
        if record.outcome is TestOutcome.SKIPPED and not matches_any(reasons, reason):
            yield f"{record.nodeid} ({reason or 'no reason'})"
    for module, reason in tally.skipped_modules.items():
        if not matches_any(reasons, reason):
            yield f"{module} ({reason or 'no reason'})"


def _flaky(tally: Tally) -> Iterator[str]:
    for record in tally.records:
        first = record.first_failure
        if record.flaky and not record.quarantined and first is not None:
            yield f"{record.nodeid} (first: {headline(first.failure) or 'no text was kept'})"
