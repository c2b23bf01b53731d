"""The course of a deployment: what happened when, for whoever draws or explains it.

Times are seconds on one monotonic clock, shared by the probe and the engine.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from pytest_pipeline.domain.traffic import RequestSample


class CourseEventKind(StrEnum):
    """What kind of thing happened."""

    STEP = "step"
    TRAFFIC = "traffic"
    DECISION = "decision"
    FAULT = "fault"


@dataclass(frozen=True)
class CourseEvent:
    """Something that happened at a moment.

    Attributes:
        at_s: When.
        kind: What kind of thing.
        text: What, for people: ``launch r2-0``, ``all traffic to r2``.
    """

    at_s: float
    kind: CourseEventKind
    text: str


@dataclass(frozen=True)
class FleetCount:
    """How many instances of a release run from a moment on.

    Attributes:
        at_s: From when.
        release: Name of the release.
        running: Its instances that run then; count, >= 0.
    """

    at_s: float
    release: str
    running: int


@dataclass(frozen=True)
class StepTime:
    """When a step was performed, and what of it no controller could have spared.

    Attributes:
        text: The step, for people.
        began_s: When it began.
        ended_s: When it ended, done or failed.
        critical_s: Seconds of it that belong to the critical path, see
            `strategy_figures.critical_path_s`; >= 0.
        switches: Whether it told the router which releases answer clients.
    """

    text: str
    began_s: float
    ended_s: float
    critical_s: float
    switches: bool = False


@dataclass(frozen=True)
class Course:
    """What happened during a deployment or a rollback.

    Attributes:
        stable: Name of the release that served before; None for a first deployment.
        candidate: Name of the release that was deployed.
        began_s: When its first step began.
        ended_s: When its last step ended.
        samples: Every request of its client traffic, by the time it was due.
        events: What happened, in order.
        fleet: How many instances ran, in order; each release's count holds until its next one.
        steps: The steps that were performed, in order.
    """

    stable: str | None
    candidate: str
    began_s: float
    ended_s: float
    samples: tuple[RequestSample, ...]
    events: tuple[CourseEvent, ...] = ()
    fleet: tuple[FleetCount, ...] = ()
    steps: tuple[StepTime, ...] = ()


def since_its_first_step(course: Course) -> Course:
    """Return a course whose times count from its first step; what was before is negative."""
    zero_s = course.began_s
    return replace(
        course,
        began_s=0.0,
        ended_s=course.ended_s - zero_s,
        samples=tuple(
            replace(
                each,
                intended_s=each.intended_s - zero_s,
                sent_s=each.sent_s - zero_s,
                done_s=each.done_s - zero_s,
            )
            for each in course.samples
        ),
        events=tuple(replace(each, at_s=each.at_s - zero_s) for each in course.events),
        fleet=tuple(replace(each, at_s=each.at_s - zero_s) for each in course.fleet),
        steps=tuple(
            replace(each, began_s=each.began_s - zero_s, ended_s=each.ended_s - zero_s)
            for each in course.steps
        ),
    )
