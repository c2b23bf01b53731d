"""Events of a course as numbered marks on a time axis, one for what cannot be told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pytest_pipeline.domain.courses import CourseEvent, CourseEventKind


@dataclass(frozen=True)
class Mark:
    """Events of one kind that lie too close to each other to be drawn apart.

    Attributes:
        at_s: When the first of them happened.
        kind: Their kind.
        numbers: Their numbers.
        text: What the first one says, and how many more there are.
    """

    at_s: float
    kind: CourseEventKind
    numbers: tuple[int, ...]
    text: str

    @property
    def badge(self) -> str:
        """Their numbers for people: ``3``, or ``3-5``, or ``3+`` where others lie between."""
        first, last = self.numbers[0], self.numbers[-1]
        if first == last:
            return str(first)
        return f"{first}-{last}" if last - first + 1 == len(self.numbers) else f"{first}+"


def marks(events: Sequence[CourseEvent], closer_than_s: float) -> tuple[Mark, ...]:
    """Return the marks of events, by kind and then by time.

    Args:
        events: The events, in order; numbered from 1.
        closer_than_s: Events of a kind that begin sooner than this after the first one of a mark
            belong to that mark, seconds.
    """
    return tuple(
        mark for kind in CourseEventKind for mark in _marks_of(kind, events, closer_than_s)
    )


def _marks_of(
    kind: CourseEventKind, events: Sequence[CourseEvent], closer_than_s: float
) -> list[Mark]:
    groups: list[list[tuple[int, CourseEvent]]] = []
    for number, event in enumerate(events, start=1):
        if event.kind is not kind:
            continue
        if groups and event.at_s - groups[-1][0][1].at_s < closer_than_s:
            groups[-1].append((number, event))
        else:
            groups.append([(number, event)])
    return [_mark(group) for group in groups]


def _mark(group: Sequence[tuple[int, CourseEvent]]) -> Mark:
    first = group[0][1]
    more = f" (+{len(group) - 1})" if len(group) > 1 else ""
    text = " ".join(first.text.split())
    return Mark(first.at_s, first.kind, tuple(number for number, _ in group), text + more)
