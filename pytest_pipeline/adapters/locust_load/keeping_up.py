"""Whether the load was as much as was asked for, and who could not keep up. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pytest_pipeline.adapters.locust_load.records import ProcessRecord
from pytest_pipeline.domain.load_problems import slow_service

#: A load of less than this part of the intended rate is another load.
LEAST_RATE_RATIO = 0.95
#: So much of a load may be missed by any: connections are opened, a machine stops to think, and
#: users that wait at a constant pace do not catch up. Seconds; decides in loads below 10 s.
STALL_S = 0.5
#: A process of the generator that ran more of the time that it was given than this measures itself,
#: percent: gevent has one thread.
MOST_PROCESSOR_PERCENT = 90.0
#: One that is busier than this is what could not keep up, when something could not.
BUSY_PERCENT = 70.0
#: One that waited longer for a processor says so.
TELLING_WAIT_PERCENT = 30.0

_LESS_LOAD = (
    "raise processes in [stages.NAME.load], take FastHttpUser for HttpUser, or ask for less"
)


def saturated(records: Sequence[ProcessRecord]) -> Iterator[str]:
    """Say which processes of the generator had no processor left.

    The time that it waited for a processor, which others used, is none in which it was idle.

    Args:
        records: What all its processes recorded.
    """
    for record in records:
        used_percent, waited_percent = _times_percent(record)
        if used_percent is None:
            continue
        given_percent = max(100 - waited_percent, used_percent)
        if 100 * used_percent > MOST_PROCESSOR_PERCENT * given_percent:
            waited = f" and waited for one {waited_percent:.0f} %" if waited_percent >= 1 else ""
            yield (
                f"process {record.pid} of the generator used a processor {used_percent:.0f} %"
                f"{waited} of the time: it measured itself as much as the service; {_LESS_LOAD}"
            )


def starved(records: Sequence[ProcessRecord]) -> Iterator[str]:
    """Say which processes of the generator waited long for a processor.

    What they measured is too long by what they waited, never too short.

    Args:
        records: What all its processes recorded.
    """
    for record in records:
        waited_percent = _times_percent(record)[1]
        if waited_percent > TELLING_WAIT_PERCENT:
            yield (
                f"process {record.pid} of the generator waited for a processor "
                f"{waited_percent:.0f} % of the time: response times hold that"
            )


def behind(
    records: Sequence[ProcessRecord],
    *,
    intended_per_s: float | None,
    duration_s: float,
) -> Iterator[str]:
    """Say that fewer requests were made than intended, and whose fault that was.

    Args:
        records: What all processes of the generator recorded.
        intended_per_s: Requests a second that were asked for, on average over the load with its
            ramp-up; None where nobody asked for so many.
        duration_s: How long the load lasted, seconds.
    """
    totals = [each.totals for each in records if each.totals is not None]
    finished = sum(each.finished for each in totals)
    if not intended_per_s or duration_s <= 0 or not finished:
        return
    missing_s = duration_s - finished / intended_per_s
    if missing_s > max((1 - LEAST_RATE_RATIO) * duration_s, STALL_S):
        yield _fell_behind(finished / duration_s, intended_per_s, records)


def _fell_behind(made_per_s: float, intended_per_s: float, records: Sequence[ProcessRecord]) -> str:
    said = f"{made_per_s:.0f} of {intended_per_s:.0f} requests/s were made:"
    times = [_times_percent(each) for each in records]
    known = [used + waited for used, waited in times if used is not None]
    if not known:
        return f"{said} the service or the generator could not keep up; ask for less"
    told = f"its busiest process used or waited for {max(known):.0f} % of a processor"
    if max(known) > BUSY_PERCENT:
        return f"{said} the generator could not keep up, {told}; {_LESS_LOAD}"
    return slow_service(
        made_per_s,
        intended_per_s,
        f"users waited for its answers (the generator could: {told}); ask for less, or spread it "
        "over more users",
    )


def _times_percent(record: ProcessRecord) -> tuple[float | None, float]:
    """Return how much of the time a process used a processor, and waited for one, percent."""
    totals = record.totals
    if totals is None or totals.processor_percent is None:
        return None, 0.0
    return totals.processor_percent, totals.queued_percent or 0.0
