"""Objectives and ratchets that can never be met, or never be measured."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from pytest_pipeline.config.floors import admitted
from pytest_pipeline.config.lines import KeyPath
from pytest_pipeline.config.models.configuration import Configuration
from pytest_pipeline.config.models.quarantine import QuarantineTable
from pytest_pipeline.config.models.stages import ObjectiveTable, StageTable, sets_of
from pytest_pipeline.config.problems import Problem
from pytest_pipeline.domain.criteria import Comparison, Criterion, parse_criterion

#: Measures that there are only where there is a quarantine, with what makes one.
_OF_THE_QUARANTINE = dict.fromkeys(
    ("quarantine.entries", "quarantine.expired"),
    "a quarantine: a file quarantine.toml, or [quarantine] with max_entries",
)

_OF_A_ROUTER = ("router.requests", "router.errors", "router.error_ratio")


def objective_problems(configuration: Configuration) -> Iterator[Problem]:
    """Yield what is wrong with objectives, as far as the configuration alone tells."""
    for name, stage in configuration.stages.items():
        at: KeyPath = ("stages", name)
        yield from _unmeasured(stage, _absent(stage), at)
        for index, objective in enumerate(stage.objectives):
            there: KeyPath = (*at, "objectives", index)
            yield from _baseline(objective, stage, (*there, "baseline"))
            yield from _unmeetable(objective, there)
            yield from _beyond_cap(objective, configuration.quarantine, there)


def without_quarantine(configuration: Configuration) -> Iterator[Problem]:
    """Yield the objectives and ratchets that need a quarantine, where there is none."""
    for name, stage in configuration.stages.items():
        yield from _unmeasured(stage, _OF_THE_QUARANTINE, ("stages", name))


def _absent(stage: StageTable) -> Mapping[str, str]:
    """Return the measures that a stage cannot have for want of a key, with that key."""
    missing = {}
    if not stage.required_tests:
        missing["tests.required_missing"] = "required_tests in this stage"
    if stage.skip_reasons is None:
        missing["tests.unlisted_skips"] = "skip_reasons in this stage"
    if stage.environment is None:
        missing |= dict.fromkeys(_OF_A_ROUTER, "environment in this stage")
    return missing


def _unmeasured(stage: StageTable, missing: Mapping[str, str], at: KeyPath) -> Iterator[Problem]:
    named: list[tuple[str, KeyPath]] = [
        (each.measure, (*at, "objectives", index, "measure"))
        for index, each in enumerate(stage.objectives)
    ]
    named += [(each, (*at, "ratchet", index)) for index, each in enumerate(stage.ratchet)]
    for measure, there in named:
        if measure in missing:
            yield Problem(
                there,
                f"got {measure!r}, wanted beside it {missing[measure]}, without which it is never "
                "measured",
            )


def _baseline(objective: ObjectiveTable, stage: StageTable, at: KeyPath) -> Iterator[Problem]:
    if objective.baseline == "stable" and stage.environment is None:
        yield Problem(
            at,
            "got 'stable', wanted 'merge-base': without an environment the stage has no stable",
        )
    sets = (*sets_of(objective.pass_), *sets_of(objective.warn or ()))
    if objective.baseline and not any(
        parse_criterion(each).relative for criteria in sets for each in criteria
    ):
        yield Problem(
            at,
            f"got {objective.baseline!r}, wanted a criterion that compares with it, such as "
            "'<= +10%' or '<= base', or none of this key",
        )


def _unmeetable(objective: ObjectiveTable, at: KeyPath) -> Iterator[Problem]:
    for key, written in (("pass", objective.pass_), ("warn", objective.warn or ())):
        for criteria in sets_of(written):
            if not _can_hold([parse_criterion(each) for each in criteria]):
                yield Problem(
                    (*at, key),
                    f"got {' and '.join(criteria)}, which no figure meets, wanted criteria that "
                    "can hold together",
                )


def _beyond_cap(
    objective: ObjectiveTable, quarantine: QuarantineTable, at: KeyPath
) -> Iterator[Problem]:
    caps = {
        "quarantine.entries": ("max_entries", quarantine.max_entries),
        "tests.quarantined": ("max_tests", quarantine.max_tests),
    }
    if objective.measure not in caps:
        return
    key, cap = caps[objective.measure]
    for name, written in (("pass", objective.pass_), ("warn", objective.warn or ())):
        for criteria in sets_of(written):
            parsed = [parse_criterion(each) for each in criteria]
            what = admitted(objective.measure, parsed, [Criterion(Comparison.AT_MOST, cap)])
            if what:
                yield Problem(
                    (*at, name),
                    f"got {' and '.join(criteria)}, which admits {what}, wanted at most {cap}, or "
                    f"another {key} in [quarantine]",
                )


def _can_hold(criteria: Sequence[Criterion]) -> bool:
    """Return whether a figure can meet the absolute criteria of a set; others are not looked at."""
    absolute = [each for each in criteria if not each.relative]
    lowest = max((each.bound for each in absolute if each.comparison in _FROM), default=-math.inf)
    highest = min((each.bound for each in absolute if each.comparison in _TO), default=math.inf)
    if lowest != highest:
        return lowest < highest
    return all(each.holds(lowest) for each in absolute)


_FROM = (Comparison.MORE, Comparison.AT_LEAST, Comparison.EQUAL)
_TO = (Comparison.LESS, Comparison.AT_MOST, Comparison.EQUAL)
