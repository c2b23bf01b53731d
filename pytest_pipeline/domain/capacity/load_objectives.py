"""The objectives that a capacity is found by: absolute ones on what one load measures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pytest_pipeline.domain.criteria import parse_criterion
from pytest_pipeline.domain.criteria_sets import written
from pytest_pipeline.domain.load import LoadResult
from pytest_pipeline.domain.load_conditions import LOAD_PREFIX
from pytest_pipeline.domain.objective_judging import figure, judge_objective
from pytest_pipeline.domain.objectives import Objective
from pytest_pipeline.domain.verdicts import Verdict
from pytest_pipeline.errors import ConfigError

#: Measures of a load that say whether its rate was held, in the order of tables.
USABLE = (
    *("load.p50_ms", "load.p95_ms", "load.p99_ms", "load.max_ms"),
    *("load.error_ratio", "load.failures"),
)
_WITH_A_RATE = ("load.requests_per_s", "load.requests")


@dataclass(frozen=True)
class LoadObjectives:
    """What a capacity is found by.

    Attributes:
        used: Absolute objectives, with nothing but the sets of criteria for PASS.
        left_out: What was not used, and why, in words.
    """

    used: tuple[Objective, ...]
    left_out: tuple[str, ...] = ()


def parse_objective(text: str) -> Objective:
    """Read an objective as it is given on the command line: ``load.p95_ms < 250``.

    Raises:
        ConfigError: If it is none, or none on what one load measures.
    """
    measure, _, criterion = text.strip().partition(" ")
    if measure not in USABLE:
        why = (
            " (it depends on the rate, which is what is looked for)"
            if measure in _WITH_A_RATE
            else ""
        )
        raise ConfigError(
            f"--objective {text!r} names {measure!r}{why}: wanted one of {', '.join(USABLE)} and a "
            "criterion, such as 'load.p95_ms < 250'"
        )
    try:
        found = parse_criterion(criterion)
    except ConfigError as error:
        raise ConfigError(f"--objective {text!r}: {error}") from error
    if found.relative:
        raise ConfigError(
            f"--objective {text!r} compares with a baseline, and there is none: wanted a bound in "
            "the measure's unit, such as 'load.p95_ms < 250'"
        )
    return Objective(measure, (found,))


def usable(objectives: Iterable[Objective]) -> LoadObjectives:
    """Return those of a gate's objectives that a capacity can be found by.

    Args:
        objectives: Of the gates of stages; the same one may come several times.
    """
    used: list[Objective] = []
    left_out: list[str] = []
    for each in objectives:
        if not each.measure.startswith(LOAD_PREFIX):
            continue
        absolute = [
            criteria for criteria in each.pass_sets if not any(one.relative for one in criteria)
        ]
        if each.measure in _WITH_A_RATE:
            left_out.append(f"{each.measure}: it depends on the rate, which is what is looked for")
        elif not absolute:
            left_out.append(f"{each.measure}: it compares with a baseline, and there is none")
        else:
            first, *others = absolute
            used.append(Objective(each.measure, first, pass_alternatives=tuple(others)))
    return LoadObjectives(tuple(dict.fromkeys(used)), tuple(dict.fromkeys(left_out)))


def measured(result: LoadResult) -> Mapping[str, float]:
    """Return what one load measured, by measure."""
    values = {
        name: getattr(result, name.removeprefix(LOAD_PREFIX)) for name in (*USABLE, *_WITH_A_RATE)
    }
    return {name: float(value) for name, value in values.items() if value is not None}


def missed_of(objective: Objective, figures: Mapping[str, float]) -> str:
    """Say how an objective was missed; empty when it was met."""
    value = figures.get(objective.measure)
    found = judge_objective(replace(objective, warn_criteria=()), value, {})
    if found.verdict is Verdict.PASS:
        return ""
    said = "not measured" if value is None else figure(float(f"{value:.4g}"))
    return f"{objective.measure} {said}, wanted {written(objective.pass_sets)}"


def in_words(objective: Objective) -> str:
    """Return an objective as it is given on the command line."""
    return f"{objective.measure} {written(objective.pass_sets)}"


def bound_ms(objectives: Iterable[Objective], measure: str) -> float | None:
    """Return the bound of a response time for a plot, milliseconds; None without a single one."""
    bounds = {
        one.bound
        for each in objectives
        if each.measure == measure
        for criteria in each.pass_sets
        for one in criteria
        if one.comparison in ("<", "<=")
    }
    return bounds.pop() if len(bounds) == 1 else None
