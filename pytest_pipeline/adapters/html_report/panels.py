"""A panel of a page: the figure of a course, with its caption and the list of its events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_pipeline.adapters.html_report.plots.course_figure import course_figure
from pytest_pipeline.adapters.html_report.plots.scales import Scales
from pytest_pipeline.adapters.html_report.svg import drawn
from pytest_pipeline.domain.courses import Course
from pytest_pipeline.domain.request_bands import ReleasePair
from pytest_pipeline.domain.traffic import Outcome

if TYPE_CHECKING:
    from markupsafe import Markup


@dataclass(frozen=True)
class ListedEvent:
    """An event in the list below a figure.

    Attributes:
        number: Its number on the figure.
        at_s: When, seconds since the first step.
        kind: What kind of thing.
        text: What happened.
    """

    number: int
    at_s: float
    kind: str
    text: str


@dataclass(frozen=True)
class Panel:
    """The figure of a course.

    Attributes:
        title: What it shows, a few words.
        figure: The drawing.
        caption: What it shows, a sentence.
        events: Its events, in order.
    """

    title: str
    figure: Markup
    caption: str
    events: tuple[ListedEvent, ...]


def panel(course: Course, releases: ReleasePair, scales: Scales, *, title: str, name: str) -> Panel:
    """Return the panel of a course.

    Args:
        course: What happened.
        releases: The two releases of the deployment to which it belongs.
        scales: Where the vertical axes end.
        title: What it shows, a few words.
        name: Distinguishes it from others on the page; letters, digits and dashes.
    """
    caption = _caption(course)
    figure = drawn(
        lambda: course_figure(course, releases, scales),
        name=name,
        description=f"{title}: requests a second, response times and running instances. {caption}",
    )
    events = tuple(
        ListedEvent(number, each.at_s - course.began_s, str(each.kind), each.text)
        for number, each in enumerate(course.events, start=1)
    )
    return Panel(title, figure, caption, events)


def _caption(course: Course) -> str:
    if not course.samples:
        return "No request was recorded: what clients saw is not known."
    lost = sum(each.outcome is Outcome.LOST for each in course.samples)
    errors = sum(each.outcome is Outcome.ERROR for each in course.samples)
    return (
        f"{len(course.samples):,} requests, of these {lost:,} lost and {errors:,} answered with an "
        f"error; {course.ended_s - course.began_s:.1f} s from the first step to the last."
    )
