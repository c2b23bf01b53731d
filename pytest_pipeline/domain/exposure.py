"""Who met the candidate early: the risk of a deployment, counted."""

from __future__ import annotations

from pytest_pipeline.domain.courses import Course


def exposed_requests(course: Course) -> int:
    """Return how many requests the candidate answered before its last switch began; count.

    They would have met a bad release while most clients were still safe, and while going back was
    still planned for. 0 where everybody is switched at once, and where nothing was switched.
    """
    last_s = max((each.began_s for each in course.steps if each.switches), default=None)
    if last_s is None:
        return 0
    return sum(each.release == course.candidate and each.done_s < last_s for each in course.samples)
