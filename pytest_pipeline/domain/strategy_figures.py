"""Figures of a deployment's course: what the textbooks assert, computed from what was recorded."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise

from pytest_pipeline.domain.courses import Course
from pytest_pipeline.domain.traffic import Outcome, RequestSample


def downtime_ms(samples: Sequence[RequestSample]) -> float:
    """Return the time in which every request that was due failed, summed up; milliseconds.

    Each run of consecutive requests that failed counts from the time at which its first was due
    to that at which the next successful one was due; a run at the end, to the last one's end.

    Args:
        samples: The requests, by the time they were due.
    """
    down_s = 0.0
    runs = [(well, list(group)) for well, group in groupby(samples, key=_is_ok)]
    for (well, failed), (_, then) in pairwise([*runs, (True, [])]):
        if not well:
            up_s = then[0].intended_s if then else max(each.done_s for each in failed)
            down_s += up_s - failed[0].intended_s
    return down_s * 1000


def mixed_requests(course: Course) -> int:
    """Return how many requests were answered while both releases answered; count.

    That is between the first answer of the candidate and the last of stable, both counted. 0 where
    one of them answered nothing, and where stable had answered its last before.
    """
    answered = [each for each in course.samples if each.release]
    first = min((e.done_s for e in answered if e.release == course.candidate), default=None)
    last = max((e.done_s for e in answered if e.release == course.stable), default=None)
    if first is None or last is None:
        return 0
    return sum(first <= each.done_s <= last for each in answered)


def peak_instances(course: Course) -> int:
    """Return the most instances that ran at the same time; count."""
    running: dict[str, int] = {}
    peak = 0
    for each in course.fleet:
        running[each.release] = each.running
        peak = max(peak, sum(running.values()))
    return peak


def deploy_s(course: Course) -> float:
    """Return the time from the beginning of the first step to the end of the last, seconds."""
    return course.ended_s - course.began_s


def critical_path_s(course: Course) -> float:
    """Return what of `deploy_s` no controller could have spared, seconds.

    Steps are performed one after the other; so it is the sum of what each of them takes at least:

    * launch and await: the slowest instance from its start until it was ready, and `min_ready_s`;
    * shift: the time that the router takes to have the update in force, as far as can be seen from
      outside: with writing its files, and with the looks that ask it;
    * drain: the longest request that was in flight;
    * stop: the slowest instance from SIGTERM to its exit;
    * migration, hooks, smoke tests, those of mixed versions, and the wait for a person: their own
      duration, for tests with the start of the pytest process that runs them;
    * bake, pauses, delays: as long as configured, or until somebody promoted.

    What one waits for counts until the last look that found it unfinished. So what passes until
    the next look counts as overhead, and so do starting processes one after the other, writing
    journals, asking for health again, finding processes, and taking stopped instances out of the
    router.
    """
    return sum(each.critical_s for each in course.steps)


def switch_ms(course: Course) -> float | None:
    """Return the cut-over: the longest time that one change of who answers took, milliseconds.

    It is about who answers new requests. A change begins when the router is about to be told. It is
    over when the router has confirmed that it is in force - and, where stable gets nothing from
    then on, when the last request was sent that stable answered after all, if that is later. How
    long stable takes to answer what it has got is the draining's time, not that of the cut-over.

    Returns:
        None where nothing was switched.
    """
    switches = [each for each in course.steps if each.switches]
    if not switches:
        return None
    longest_s = max(each.critical_s for each in switches)
    last = switches[-1]
    late = (each.sent_s - last.began_s for each in course.samples if each.release == course.stable)
    return max(longest_s, max(late, default=0.0)) * 1000


def switch_times(course: Course) -> tuple[tuple[float, float], ...]:
    """Return when the router was told who answers: from when, until when, in order."""
    return tuple((each.began_s, each.ended_s) for each in course.steps if each.switches)


def restored_s(course: Course) -> float | None:
    """Return the time from the first step until the whole release serves, seconds.

    That is the end of the last switch: some strategies give all traffic to the first of a release's
    instances, and the others come later.

    Returns:
        None where nothing was switched.
    """
    ends = [ended_s for _, ended_s in switch_times(course)]
    return ends[-1] - course.began_s if ends else None


def _is_ok(sample: RequestSample) -> bool:
    return sample.outcome is Outcome.OK
