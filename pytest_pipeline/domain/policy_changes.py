"""One change of a policy, and whether it demands more or less."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

NOT_COMPARABLE = "cannot be compared"
NOT_COMPARED_BEFORE = "not compared before"


class ChangeKind(StrEnum):
    """What a change does to a policy."""

    STRONGER = "stronger"
    WEAKER = "weaker"
    OTHER = "other"


@dataclass(frozen=True)
class PolicyChange:
    """One difference between two policies.

    Attributes:
        kind: Whether the new one demands more or less there; what cannot be compared is weaker.
        place: Where it is: ``stages.unit.coverage.lines_percent``.
        old: What was demanded, for people; ``-`` for nothing.
        new: What is demanded, for people; ``-`` for nothing.
        remark: What it means, for people; empty where old and new say it.
    """

    kind: ChangeKind
    place: str
    old: str
    new: str
    remark: str = ""

    @property
    def text(self) -> str:
        """The change in one line."""
        remark = f": {self.remark}" if self.remark else ""
        return f"{self.place}: {self.old} → {self.new} ({self.kind}{remark})"

    def at(self, place: str) -> PolicyChange:
        """Return the change with a place before its own."""
        return replace(self, place=f"{place}.{self.place}")


def weaker_among(changes: Iterable[PolicyChange]) -> tuple[PolicyChange, ...]:
    """Return the changes that demand less."""
    return tuple(each for each in changes if each.kind is ChangeKind.WEAKER)


def compared_lists(
    place: str, old: Iterable[str], new: Iterable[str], *, more: ChangeKind
) -> Iterator[PolicyChange]:
    """Yield what was added to a list, and what was taken out.

    Args:
        place: Where the list is.
        old: What it held.
        new: What it holds.
        more: What adding to it does; taking out does the opposite.
    """
    before, after = tuple(dict.fromkeys(old)), tuple(dict.fromkeys(new))
    less = ChangeKind.WEAKER if more is ChangeKind.STRONGER else ChangeKind.STRONGER
    yield from (PolicyChange(more, place, "-", each) for each in after if each not in before)
    yield from (PolicyChange(less, place, each, "-") for each in before if each not in after)


def compared_figures(
    place: str,
    old: float | None,
    new: float | None,
    *,
    told: Callable[[float], str] = "{:g}".format,
) -> Iterator[PolicyChange]:
    """Yield the change of a limit that demands more the smaller it is; None is no limit.

    Args:
        place: Where the limit is.
        old: What it was.
        new: What it is.
        told: Says a limit in words.
    """
    if old == new:
        return
    smaller = new is not None and (old is None or new < old)
    kind = ChangeKind.STRONGER if smaller else ChangeKind.WEAKER
    was, now = ("any" if each is None else told(each) for each in (old, new))
    yield PolicyChange(kind, place, was, now)


def compared_others(
    old: Mapping[str, Any], new: Mapping[str, Any], known: Collection[str]
) -> Iterator[PolicyChange]:
    """Yield the changes of keys that nobody knows how to compare: weaker, as far as can be told.

    A key that the old document does not have is written by a later version, and takes nothing
    away that was demanded before: else an upgrade would refuse everybody.

    Args:
        old: What was demanded.
        new: What is demanded.
        known: Keys that are compared in their own ways.
    """
    for key in dict.fromkeys((*old, *new)):
        if key in known or (key in old and key in new and old[key] == new[key]):
            continue
        was, now = (str(each[key]) if key in each else "-" for each in (old, new))
        if key in old:
            yield PolicyChange(ChangeKind.WEAKER, key, was, now, NOT_COMPARABLE)
        else:
            yield PolicyChange(ChangeKind.OTHER, key, was, now, NOT_COMPARED_BEFORE)
