"""Whether the records of the generator may be trusted. Pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from pytest_pipeline.adapters.locust_load.keeping_up import behind, saturated
from pytest_pipeline.adapters.locust_load.recorder import Totals
from pytest_pipeline.adapters.locust_load.records import ProcessRecord
from pytest_pipeline.domain.load import LoadSpec
from pytest_pipeline.domain.load_problems import all_busy, cut_off, escaped

#: A load that lasted less than this part of what was asked for is another load.
LEAST_DURATION_RATIO = 0.9
#: More late tasks than this part of those that were due are another load.
MOST_LATE_RATIO = 0.05
#: Locust follows a ramp of users once a second, and a second late; seconds.
RAMP_LAG_S = 2.5
#: Role of a process that sends nothing itself.
MASTER = "MasterRunner"


def find_problems(
    spec: LoadSpec, records: Sequence[ProcessRecord], *, exit_code: int | None
) -> tuple[str, ...]:
    """Say why a result cannot be trusted; empty when it can.

    Args:
        spec: What was asked.
        records: What the processes of the generator recorded; at least one of a begun load.
        exit_code: How the generator ended; None when it was ended at its deadline.
    """
    senders = sending(records)
    return (
        *_endings(records, exit_code),
        *_users(spec, senders),
        *_tasks(spec, senders),
        *_duration(spec, records),
        *_requests(spec, senders),
        *saturated(records),
        *behind(
            records,
            intended_per_s=intended_rate(spec, records),
            duration_s=sent_for_s(spec, records),
        ),
    )


def sending(records: Sequence[ProcessRecord]) -> list[ProcessRecord]:
    """Return the records of the processes that send, which the master of others does not."""
    return [record for record in records if record.role != MASTER]


def intended_rate(spec: LoadSpec, records: Sequence[ProcessRecord]) -> float | None:
    """Return the requests a second that were asked for, on average over the load, 1/s.

    Task runs a second times the requests that a task run came to. The users of a ramp count for the
    time that they were there.

    Returns:
        None of a closed model, unless every user class declares ``constant_throughput`` or
        ``constant_pacing``; and of a shape.
    """
    totals = [each.totals for each in records if each.totals and each.role != MASTER]
    runs = sum(each.task_runs for each in totals)
    if not totals or not runs:
        return None
    tasks_per_s = _intended_tasks(spec, totals)
    return tasks_per_s and tasks_per_s * sum(each.finished for each in totals) / runs


def _intended_tasks(spec: LoadSpec, totals: Sequence[Totals]) -> float | None:
    """Return the task runs a second that were asked for, on average over the load, 1/s."""
    course = spec.course
    if course is not None and spec.rate is not None:
        return course.mean(spec.duration_s)
    paced = [each.pacing_tasks_per_s for each in totals if each.pacing_tasks_per_s is not None]
    users_at_end = course.at(spec.duration_s) if course is not None else 0
    if course is None or len(paced) != len(totals) or not users_at_end:
        return None
    return sum(paced) * course.mean(spec.duration_s) / users_at_end


def load_duration_s(records: Sequence[ProcessRecord]) -> float:
    """Return the time from the begin of the load to its end, or to the last sign of life, s."""
    senders = [each for each in records if each.role != MASTER]  # told a moment later than it
    records = senders if any(each.started_s is not None for each in senders) else records
    begins = [each.started_s for each in records if each.started_s is not None]
    ends = [each.stopped_s for each in records if each.stopped_s is not None]
    signs = [
        sample.started_s + sample.response_ms / 1000
        for each in records
        for sample in each.samples[-1:]
    ]
    return max(max(ends or signs or begins) - min(begins), 0.0) if begins else 0.0


def sent_for_s(spec: LoadSpec, records: Sequence[ProcessRecord]) -> float:
    """Return for how long a process that sends was to do so, on average over them, seconds.

    Of several each begins, and is told to stop, a moment before or after the others; the tasks of a
    rate are those of the load's duration all the same.
    """
    lasted_s = [load_duration_s([each]) for each in sending(records) if each.started_s is not None]
    mean_s = sum(lasted_s) / len(lasted_s) if lasted_s else 0.0
    return mean_s if spec.rate is None else min(mean_s, spec.duration_s)


def _endings(records: Sequence[ProcessRecord], exit_code: int | None) -> Iterator[str]:
    """Say who died; a process that wrote its end has recorded all, whatever became of it then."""
    torn = [record for record in records if record.totals is None]
    if torn and exit_code is None:
        yield "the generator did not end within its deadline"
    codes = {exit_code, *(each.totals.exit_code for each in records if each.totals)}
    for code in sorted(code for code in codes if code):
        yield f"the generator ended with exit code {code}"
    for record in torn:
        yield f"process {record.pid} of the generator died: its record has no end"


def _users(spec: LoadSpec, senders: Sequence[ProcessRecord]) -> Iterator[str]:
    at_end = sum(record.users_at_end for record in senders)
    if spec.rate is not None or spec.shape:
        return
    if spec.ramp and spec.course is not None:
        wanted = int(
            min(spec.course.at(spec.duration_s), spec.course.at(spec.duration_s - RAMP_LAG_S))
        )
        if at_end < wanted:
            yield f"{at_end} users ran at the end of the ramp, which asks for {wanted}"
        return
    # Of several processes each is told how many there are of all.
    spawned = max((record.spawned or 0 for record in senders), default=0)
    if spawned < spec.users:
        yield (
            f"{max(spawned, at_end)} of {spec.users} users were started in {spec.duration_s:g} s "
            f"at {spec.spawn_rate:g}/s; raise spawn_rate or duration_s"
        )
    elif at_end < spec.users:
        yield f"{spec.users - at_end} of {spec.users} users had ended before the load did"


def _tasks(spec: LoadSpec, senders: Sequence[ProcessRecord]) -> Iterator[str]:
    """Say which tasks of an open model did not begin, or not when they were due."""
    totals = [record.totals for record in senders if record.totals is not None]
    due = sum(each.tasks_due for each in totals)
    dropped = sum(each.tasks_dropped for each in totals)
    late = sum(each.tasks_late for each in totals)
    if dropped:
        yield all_busy(dropped, due, max_users=spec.max_users)
    if late > MOST_LATE_RATIO * due:
        longest_s = max(each.longest_lag_s for each in totals)
        yield (
            f"{late} of {due} tasks began later than they were due, by up to {longest_s:.2f} s: "
            "the generator is too slow for this rate; lower it, or share it among more processes"
        )


def _duration(spec: LoadSpec, records: Sequence[ProcessRecord]) -> Iterator[str]:
    if spec.shape:  # which may end it
        return
    lasted_s = load_duration_s(records)
    if lasted_s < LEAST_DURATION_RATIO * spec.duration_s:
        yield f"the load ended after {lasted_s:.1f} of {spec.duration_s:g} s"


def _requests(spec: LoadSpec, senders: Sequence[ProcessRecord]) -> Iterator[str]:
    totals = [record.totals for record in senders if record.totals is not None]
    unreported = sum(each.begun - each.finished for each in totals)
    if unreported:
        yield cut_off(unreported, stop_timeout_s=spec.stop_timeout_s)
    if any(each.resends is None for each in totals):
        yield "it cannot be told whether dropped requests of FastHttpUser were sent again unseen"
    resends = sum(each.resends or 0 for each in totals)
    if resends:
        yield f"{resends} dropped requests were sent again unseen"
    exceptions = sum((Counter(each.exceptions) for each in totals), Counter[str]())
    if exceptions:
        (text, _), *_ = exceptions.most_common(1)
        yield escaped(exceptions.total(), text)
    yield from sorted({complaint for each in totals for complaint in each.complaints})
