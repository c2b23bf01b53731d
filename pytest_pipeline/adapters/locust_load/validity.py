"""Whether the records of the generator may be trusted. Pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from pytest_pipeline.adapters.locust_load.keeping_up import behind, saturated
from pytest_pipeline.adapters.locust_load.records import ProcessRecord
from pytest_pipeline.domain.load import LoadSpec

#: A load that lasted less than this part of what was asked for is another load.
LEAST_DURATION_RATIO = 0.9
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
        *_duration(spec, records),
        *_requests(spec, senders),
        *saturated(records),
        *behind(
            records,
            intended_per_s=intended_rate(spec, records),
            duration_s=load_duration_s(records),
        ),
    )


def sending(records: Sequence[ProcessRecord]) -> list[ProcessRecord]:
    """Return the records of the processes that send, which the master of others does not."""
    return [record for record in records if record.role != MASTER]


def intended_rate(spec: LoadSpec, records: Sequence[ProcessRecord]) -> float | None:
    """Return the requests a second that paced users asked for, on average over the load, 1/s.

    Task runs a second times the requests that a task run came to. The users of the ramp-up count
    for the time that they were there.

    Returns:
        None unless every user class declares ``constant_throughput`` or ``constant_pacing``.
    """
    totals = [each.totals for each in records if each.totals and each.role != MASTER]
    paced = [each.pacing_tasks_per_s for each in totals if each.pacing_tasks_per_s is not None]
    runs = sum(each.task_runs for each in totals)
    if not totals or len(paced) != len(totals) or not runs:
        return None
    requests_per_run = sum(each.finished for each in totals) / runs
    ramp_s = min(spec.users / spec.spawn_rate, spec.duration_s)
    return sum(paced) * requests_per_run * (1 - ramp_s / (2 * spec.duration_s))


def load_duration_s(records: Sequence[ProcessRecord]) -> float:
    """Return the time from the begin of the load to its end, or to the last sign of life, s."""
    begins = [each.started_s for each in records if each.started_s is not None]
    ends = [each.stopped_s for each in records if each.stopped_s is not None]
    signs = [
        sample.started_s + sample.response_ms / 1000
        for each in records
        for sample in each.samples[-1:]
    ]
    return max(max(ends or signs or begins) - min(begins), 0.0) if begins else 0.0


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
    spawned = sum(record.spawned or 0 for record in senders)
    if spawned < spec.users:
        yield (
            f"{max(spawned, at_end)} of {spec.users} users were started in {spec.duration_s:g} s "
            f"at {spec.spawn_rate:g}/s; raise spawn_rate or duration_s"
        )
    elif at_end < spec.users:
        yield f"{spec.users - at_end} of {spec.users} users had ended before the load did"


def _duration(spec: LoadSpec, records: Sequence[ProcessRecord]) -> Iterator[str]:
    lasted_s = load_duration_s(records)
    if lasted_s < LEAST_DURATION_RATIO * spec.duration_s:
        yield f"the load ended after {lasted_s:.1f} of {spec.duration_s:g} s"


def _requests(spec: LoadSpec, senders: Sequence[ProcessRecord]) -> Iterator[str]:
    totals = [record.totals for record in senders if record.totals is not None]
    cut_off = sum(each.begun - each.finished for each in totals)
    if cut_off:
        yield (
            f"{cut_off} requests were begun and never reported: cut off when stop_timeout_s = "
            f"{spec.stop_timeout_s:g} had passed, or sent with catch_response=True and no with"
        )
    if any(each.resends is None for each in totals):
        yield "it cannot be told whether dropped requests of FastHttpUser were sent again unseen"
    resends = sum(each.resends or 0 for each in totals)
    if resends:
        yield f"{resends} dropped requests were sent again unseen"
    exceptions = sum((Counter(each.exceptions) for each in totals), Counter[str]())
    if exceptions:
        (text, _), *_ = exceptions.most_common(1)
        yield f"{exceptions.total()} exceptions escaped tasks, most often {text}"
    yield from sorted({complaint for each in totals for complaint in each.complaints})
