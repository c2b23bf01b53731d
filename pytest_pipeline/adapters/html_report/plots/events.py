"""Events as numbered marks in a lane for each kind, and as lines through the plots below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pytest_pipeline.adapters.html_report.palette import GROUND, INK, KIND_COLOURS
from pytest_pipeline.domain.course_marks import Mark
from pytest_pipeline.domain.courses import CourseEventKind

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Widths as parts of the axis: of a badge, and of a character of text. Generous, because the font
#: is the reader's.
BADGE_WIDTH, _CHARACTER_WIDTH = 0.034, 0.008
_LEAST_CHARACTERS = 9


def lanes_of(marks: Sequence[Mark]) -> tuple[CourseEventKind, ...]:
    """Return the kinds that have marks, in their order."""
    return tuple(kind for kind in CourseEventKind if any(each.kind is kind for each in marks))


def draw_lanes(axes: Axes, marks: Sequence[Mark]) -> None:
    """Draw marks, each with as much of its text as has room before the next one.

    Args:
        axes: Where; its horizontal axis has its limits.
        marks: The marks, by kind and then by time.
    """
    lanes = lanes_of(marks)
    axes.set_ylim(len(lanes) - 0.4, -0.6)
    axes.set_yticks(range(len(lanes)), [str(each) for each in lanes])
    start_s, end_s = axes.get_xlim()
    for place, kind in enumerate(lanes):
        row = [each for each in marks if each.kind is kind]
        nexts_s = [*(each.at_s for each in row[1:]), end_s]
        for mark, next_s in zip(row, nexts_s, strict=True):
            _badge(axes, mark, place)
            _text(axes, mark, place, (next_s - mark.at_s) / (end_s - start_s))


def draw_lines(axes: Axes, marks: Sequence[Mark]) -> None:
    """Draw a line through a plot at each mark."""
    for mark in marks:
        step = mark.kind is CourseEventKind.STEP
        axes.axvline(
            mark.at_s,
            color=KIND_COLOURS[mark.kind],
            linewidth=0.5 if step else 1.0,
            linestyle=(0, (1, 3)) if step else (0, (4, 2)),
            zorder=3,
        )


def _badge(axes: Axes, mark: Mark, place: int) -> None:
    colour = KIND_COLOURS[mark.kind]
    axes.text(
        *(mark.at_s, place, mark.badge),
        fontsize=7.5,
        color=GROUND,
        ha="center",
        va="center",
        bbox={"boxstyle": "round,pad=0.28", "facecolor": colour, "edgecolor": "none"},
    )


def _text(axes: Axes, mark: Mark, place: int, room: float) -> None:
    characters = int((room - BADGE_WIDTH * 0.9) / _CHARACTER_WIDTH)
    text = mark.text
    if len(text) > characters:
        if characters < _LEAST_CHARACTERS:
            return
        text = text[: characters - 1].rstrip() + "…"
    offset = 6 + 2.5 * len(mark.badge)
    axes.annotate(
        text,
        (mark.at_s, place),
        xytext=(offset, 0),
        textcoords="offset points",
        fontsize=8.5,
        color=INK,
        va="center",
        annotation_clip=False,
    )
