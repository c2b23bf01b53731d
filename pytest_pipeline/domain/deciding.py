"""What decided on a stage, for people: of a result, or of its entry in a summary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pytest_pipeline.domain.gates import BASIC_OBJECTIVES
from pytest_pipeline.domain.stage_results import StageResult
from pytest_pipeline.domain.verdicts import Verdict

#: Demanded of every stage: what they say of one that passed is seldom the point.
_BASIC = tuple(each.measure for each in BASIC_OBJECTIVES)


def decided_by(result: StageResult) -> tuple[str, ...]:
    """Return what decided on a stage, the most telling first.

    Of a stage that passed, the user's own objectives where there are any. Of any other, all that
    have its verdict, and why the run is no whole or cannot be trusted.
    """
    objectives = [(each.measure, each.verdict, each.reason) for each in result.objectives]
    return _deciding(result.verdict, objectives, (*result.run.problems, *result.run.left_out))


def decided_by_entry(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the same of a stage's entry in the summary of an execution."""
    objectives = [
        (str(each["measure"]), Verdict(each["verdict"]), str(each["reason"]))
        for each in entry.get("objectives", ())
    ]
    doubts = [str(each) for each in entry.get("problems", ())]
    return _deciding(Verdict(entry["verdict"]), objectives, doubts)


def _deciding(
    verdict: Verdict, objectives: Sequence[tuple[str, Verdict, str]], doubts: Sequence[str]
) -> tuple[str, ...]:
    telling = [each for each in objectives if each[1] is verdict]
    if verdict is Verdict.PASS:
        telling = [each for each in telling if each[0] not in _BASIC] or telling[:1]
    figures = [f"{measure}: {reason}" for measure, _, reason in telling]
    if verdict is Verdict.ERROR:
        return (*doubts, *figures)
    return (*figures, *doubts)
