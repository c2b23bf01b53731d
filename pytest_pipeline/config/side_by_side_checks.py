"""Settings of `side_by_side` by which an objective could never pass, or never fail."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_pipeline.config.lines import KeyPath
from pytest_pipeline.config.models.stages import ObjectiveTable, StageTable, sets_of
from pytest_pipeline.config.problems import Problem
from pytest_pipeline.domain.baselines import BaselineKind
from pytest_pipeline.domain.criteria import Criterion, parse_criterion
from pytest_pipeline.domain.load_conditions import LOAD_PREFIX
from pytest_pipeline.domain.side_by_side import SideBySide
from pytest_pipeline.domain.side_by_side.needed_runs import reachable
from pytest_pipeline.domain.side_by_side.tolerances import tolerance_of


def side_by_side_problems(stage: StageTable, at: KeyPath) -> Iterator[Problem]:
    """Yield what is wrong between the objectives of a stage and how it compares side by side.

    Args:
        stage: The stage.
        at: Where it is.
    """
    if stage.side_by_side is None:
        return
    settings = SideBySide(**stage.side_by_side.model_dump())
    compared = 0
    for index, objective in enumerate(stage.objectives):
        there: KeyPath = (*at, "objectives", index)
        criteria = [*_relative(objective)] if _is_beside(objective) else []
        compared += bool(criteria)
        for key, written, criterion in criteria:
            wrong = _wrong(criterion, settings)
            if wrong:
                yield Problem((*there, key), f"got {written}, {wrong}")
    yield from _compares(stage, compared, (*at, "side_by_side"))
    yield from _decidable(settings, compared, (*at, "side_by_side"))
    yield from _in_time(settings, stage.timeout_s, (*at, "side_by_side", "runs"))


def _compares(stage: StageTable, compared: int, at: KeyPath) -> Iterator[Problem]:
    """Yield that nothing would ever run side by side."""
    if stage.environment is None:
        yield Problem(
            at,
            "a stage without an environment has no stable to run beside; wanted "
            "`environment` in the stage, or no side_by_side",
        )
    elif not compared:
        yield Problem(
            at,
            "no objective of the stage compares load with stable; wanted one such as "
            "{measure = 'load.p95_ms', pass = ['<= +10%']}, or no side_by_side",
        )


def _is_beside(objective: ObjectiveTable) -> bool:
    stable = objective.baseline in (None, BaselineKind.STABLE)
    return stable and objective.measure.startswith(LOAD_PREFIX)


def _relative(objective: ObjectiveTable) -> Iterator[tuple[str, str, Criterion]]:
    for key, written in (("pass", objective.pass_), ("warn", objective.warn or ())):
        for each in (each for criteria in sets_of(written) for each in criteria):
            criterion = parse_criterion(each)
            if criterion.relative:
                yield key, each, criterion


def _wrong(criterion: Criterion, settings: SideBySide) -> str:
    """Return what is wrong with a criterion beside the settings, in words; empty for nothing."""
    tolerance = tolerance_of(criterion)
    if tolerance is None:
        return (
            "by which no change of several runs can be judged, wanted <= or < where more is worse, "
            ">= or > where less is, such as '<= +10%'"
        )
    if tolerance.in_units:
        return ""
    percent = f"{settings.detect_percent:g}"
    detected = tolerance.detected(settings.detect_percent, 0.0)
    if tolerance.less_is_worse and settings.detect_percent >= 100:  # noqa: PLR2004
        return f"of which nothing is worse by {percent} %, wanted detect_percent below 100"
    if tolerance.bound >= detected:
        return (
            f"which tolerates what must not pass, wanted a smaller change than detect_percent = "
            f"{percent} of side_by_side, or a higher detect_percent"
        )
    return ""


def _decidable(settings: SideBySide, compared: int, at: KeyPath) -> Iterator[Problem]:
    """Yield that so few runs can never come to a verdict, however clear they are."""
    can_fail, can_pass = reachable(settings, max(1, compared))
    for can, verdict, key in (
        (can_fail, "FAIL", f"false_alarm_percent = {settings.false_alarm_percent:g}"),
        (can_pass, "PASS", f"power_percent = {settings.power_percent:g}"),
    ):
        if not can:
            shared = f" shared by {compared} objectives" if compared > 1 and not can_fail else ""
            yield Problem(
                (*at, "runs"),
                f"got {settings.runs}, by which nothing can {verdict} at {key}{shared}; wanted "
                "more runs",
            )


def _in_time(settings: SideBySide, timeout_s: float, at: KeyPath) -> Iterator[Problem]:
    """Yield that the load alone of all runs takes longer than the stage may."""
    if settings.load_s >= timeout_s:
        yield Problem(
            at,
            f"got {settings.runs}, which is {settings.load_s:g} s of load for each load test of a "
            f"stage that may take {timeout_s:g} s; wanted fewer or shorter runs, or a higher "
            "timeout_s",
        )
