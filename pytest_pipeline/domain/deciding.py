"""What decided on a stage, for people: of a result, or of its entry in a summary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_pipeline.domain.gates import BASIC_OBJECTIVES
from pytest_pipeline.domain.stage_results import StageResult
from pytest_pipeline.domain.verdicts import Verdict

#: Demanded of every stage: what they say of one that passed is seldom the point.
_BASIC = tuple(each.measure for each in BASIC_OBJECTIVES)


def decided_by(result: StageResult) -> tuple[str, ...]:
    """Return what decided on a stage, the most telling first.

    Of a stage that passed, the user's own objectives where there are any, those first that compare
    with a baseline. Of any other, all that have its verdict, and why the run is no whole or cannot
    be trusted.
    """
    objectives = [
        _Told(each.measure, each.verdict, each.reason, each.baseline is not None)
        for each in result.objectives
    ]
    return _deciding(result.verdict, objectives, (*result.run.problems, *result.run.left_out))


def decided_by_entry(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the same of a stage's entry in the summary of an execution."""
    objectives = [
        _Told(
            str(each["measure"]),
            Verdict(each["verdict"]),
            str(each["reason"]),
            each.get("baseline") is not None,  # of earlier versions, none is told
        )
        for each in entry.get("objectives", ())
    ]
    doubts = [str(each) for each in entry.get("problems", ())]
    return _deciding(Verdict(entry["verdict"]), objectives, doubts)


@dataclass(frozen=True)
class _Told:
    """What there is to tell of an objective."""

    measure: str
    verdict: Verdict
    reason: str
    compared: bool


def _deciding(
    verdict: Verdict, objectives: Sequence[_Told], doubts: Sequence[str]
) -> tuple[str, ...]:
    telling = [each for each in objectives if each.verdict is verdict]
    if verdict is Verdict.PASS:
        telling = [each for each in telling if each.measure not in _BASIC] or telling[:1]
        telling.sort(key=lambda each: not each.compared)
    figures = [f"{each.measure}: {each.reason}" for each in telling]
    if verdict is Verdict.ERROR:
        return (*doubts, *figures)
    return (*figures, *doubts)
