"""Problems of load results that a slow service makes: their words, and what they are known by.

Who judges a load writes them, who looks for a capacity or compares releases reads them again: both
by the same words.
"""

from __future__ import annotations

import re
from enum import StrEnum

_COUNTS = re.compile(r"[0-9]+ (?:of [0-9]+ )?")


class ProblemKind(StrEnum):
    """What is wrong, by the words that follow the counts."""

    CUT_OFF = "requests were begun and never reported: cut off when stop_timeout_s = "
    SLOW_SERVICE = "requests/s were made: the service could not keep up"
    ALL_BUSY = "tasks were dropped: all of max_users = "
    ESCAPED = "exceptions escaped tasks"


#: What may be nothing but a service that is too slow for what is asked of it.
OF_SLOWNESS = (ProblemKind.CUT_OFF, ProblemKind.SLOW_SERVICE, ProblemKind.ALL_BUSY)


def kind_of(problem: str) -> ProblemKind | None:
    """Return what kind of problem a text tells of; None for all others.

    Args:
        problem: One of a result's ``problems``.
    """
    counts = _COUNTS.match(problem)
    words = problem[counts.end() :] if counts else ""
    return next((each for each in ProblemKind if words.startswith(each)), None)


def cut_off(requests: int, *, stop_timeout_s: float) -> str:
    """Say that requests were never reported.

    Args:
        requests: How many; count, >= 1.
        stop_timeout_s: How long was waited for them, seconds.
    """
    return (
        f"{requests} {ProblemKind.CUT_OFF}{stop_timeout_s:g} had passed, or sent with "
        "catch_response=True and no with"
    )


def slow_service(made_per_s: float, intended_per_s: float, why: str) -> str:
    """Say that fewer requests were made than intended, by the service's fault.

    Args:
        made_per_s: Requests a second that were made.
        intended_per_s: Requests a second that were asked for.
        why: Why it is the service's fault, and what to do.
    """
    return f"{made_per_s:.0f} of {intended_per_s:.0f} {ProblemKind.SLOW_SERVICE}, {why}"


def all_busy(dropped: int, due: int, *, max_users: int) -> str:
    """Say that tasks were dropped, for which no user was free.

    Args:
        dropped: How many; count, >= 1.
        due: Of so many.
        max_users: Users at the same time; count, >= 1.
    """
    return (
        f"{dropped} of {due} {ProblemKind.ALL_BUSY}{max_users} were busy when they were due; raise "
        "max_users, or ask for a rate that the service keeps up with"
    )


def escaped(exceptions: int, most_often: str) -> str:
    """Say that exceptions escaped tasks: what a locustfile makes of answers that are errors.

    Args:
        exceptions: How many; count, >= 1.
        most_often: The most frequent one.
    """
    return f"{exceptions} {ProblemKind.ESCAPED}, most often {most_often}"
