"""What differs between two gates, and whether the new one demands less."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from pytest_pipeline.domain.baselines import BaselineKind
from pytest_pipeline.domain.criteria import parse_criterion
from pytest_pipeline.domain.criteria_order import sets_imply
from pytest_pipeline.domain.criteria_sets import CriteriaSet, written
from pytest_pipeline.domain.load_conditions import LOAD_PREFIX
from pytest_pipeline.domain.policy_changes import (
    NOT_COMPARABLE,
    ChangeKind,
    PolicyChange,
    compared_figures,
    compared_lists,
    compared_others,
)
from pytest_pipeline.domain.side_by_side.changes import side_by_side_changes
from pytest_pipeline.errors import ConfigError

_Document = Mapping[str, Any]

_BESIDE = "side_by_side"
#: What a document of a gate may hold and is compared here; all else cannot be.
_KNOWN = ("objectives", "ratchets", "required_tests", "skip_reasons", "retries", "excused", _BESIDE)


def gate_changes(old: _Document, new: _Document) -> tuple[PolicyChange, ...]:
    """Return what differs between two gates, objective by objective.

    Whatever lets a measurement pass the new gate that did not pass the old one is among it, as
    weaker.

    Args:
        old: A document of `gate_documents.gate_document`.
        new: The same.

    Raises:
        ValueError: If one of them is no such document.
    """
    try:
        return (
            *_objectives(old["objectives"], new["objectives"]),
            *compared_lists("ratchets", old["ratchets"], new["ratchets"], more=ChangeKind.STRONGER),
            *_demands(old, new),
            *_excuses(old.get("excused") or (), new.get("excused") or ()),
            *side_by_side_changes(
                old.get(_BESIDE), new.get(_BESIDE), compared=_compares_load(old["objectives"])
            ),
            *compared_others(old, new, _KNOWN),
        )
    except (KeyError, TypeError, AttributeError, ConfigError) as error:
        raise ValueError(f"not what a gate demands: {error!r}") from error


def _compares_load(objectives: Sequence[_Document]) -> bool:
    """Return whether a gate compares load with stable."""
    return any(
        str(each["measure"]).startswith(LOAD_PREFIX) and each.get("baseline") == BaselineKind.STABLE
        for each in objectives
    )


def _objectives(old: Sequence[_Document], new: Sequence[_Document]) -> Iterator[PolicyChange]:
    for measure in dict.fromkeys(str(each["measure"]) for each in (*old, *new)):
        before = [each for each in old if each["measure"] == measure]
        after = [each for each in new if each["measure"] == measure]
        changed = [each for each in before if each not in after]
        into = [each for each in after if each not in before]
        # Said twice is demanded once: what is in both is not looked at.
        for one, other in zip_longest(changed, into):
            yield _objective(measure, one, other)


def _objective(measure: str, old: _Document | None, new: _Document | None) -> PolicyChange:
    if old is None or new is None:
        kind = ChangeKind.STRONGER if old is None else ChangeKind.WEAKER
        return PolicyChange(kind, measure, _told(old), _told(new))
    stricter, looser = _within(new, old), _within(old, new)
    kind = ChangeKind.STRONGER if stricter else ChangeKind.WEAKER
    if stricter and looser:
        kind = ChangeKind.OTHER
    remark = "" if stricter or looser else NOT_COMPARABLE
    return PolicyChange(kind, measure, _told(old), _told(new), remark)


def _within(one: _Document, other: _Document) -> bool:
    """Return whether what meets an objective meets the other, and no warning is lost."""
    if one.get("baseline") and other.get("baseline") and one["baseline"] != other["baseline"]:
        return False
    ours, theirs = _sets(one["pass"]), _sets(other["pass"])
    if not sets_imply(ours, theirs):
        return False
    return sets_imply((*ours, *_sets(one["warn"])), (*theirs, *_sets(other["warn"])))


def _demands(old: _Document, new: _Document) -> Iterator[PolicyChange]:
    yield from compared_lists(
        "required_tests", old["required_tests"], new["required_tests"], more=ChangeKind.STRONGER
    )
    before, after = old["skip_reasons"], new["skip_reasons"]
    if before is None or after is None:
        if before != after:
            kind = ChangeKind.WEAKER if after is None else ChangeKind.STRONGER
            yield PolicyChange(kind, "skip_reasons", _reasons(before), _reasons(after))
    else:
        yield from compared_lists("skip_reasons", before, after, more=ChangeKind.WEAKER)
    yield from compared_figures("retries", old["retries"], new["retries"])


def _reasons(reasons: Sequence[str] | None) -> str:
    return "any" if reasons is None else ", ".join(reasons) or "none"


def _excuses(old: Sequence[Sequence[str]], new: Sequence[Sequence[str]]) -> Iterator[PolicyChange]:
    """Yield what the quarantine excuses now, or longer, and what no more, or shorter."""
    before, after = _days(old), _days(new)
    for pattern in dict.fromkeys((*before, *after)):
        was, now = before.get(pattern, ""), after.get(pattern, "")
        if was != now:
            kind = ChangeKind.WEAKER if now > was else ChangeKind.STRONGER
            told = (f"until {day}" if day else "-" for day in (was, now))
            yield PolicyChange(kind, f"quarantine.{pattern}", *told)


def _days(excused: Sequence[Sequence[str]]) -> dict[str, str]:
    """Return the last day of each pattern; of several the latest."""
    found: dict[str, str] = {}
    for pattern, day in excused:
        found[pattern] = max(str(day), found.get(pattern, ""))
    return found


def _sets(written_sets: Sequence[Sequence[str]]) -> tuple[CriteriaSet, ...]:
    return tuple(tuple(map(parse_criterion, criteria)) for criteria in written_sets)


def _told(objective: _Document | None) -> str:
    if objective is None:
        return "-"
    warn = f", warn {written(_sets(objective['warn']))}" if objective["warn"] else ""
    baseline = f" (of {objective['baseline']})" if objective.get("baseline") else ""
    return f"{written(_sets(objective['pass'])) or 'anything'}{warn}{baseline}"
