"""Whether the load was as much as was asked for, and who could not keep up. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pytest_pipeline.adapters.locust_load.records import ProcessRecord
from pytest_pipeline.domain.load import LoadSpec

#: A load of less than this part of the intended rate is another load.
LEAST_RATE_RATIO = 0.95
#: A process of the generator that is busier measures itself, percent of one processor: gevent has
#: one thread.
MOST_PROCESSOR_PERCENT = 90.0
#: One that is busier than this is what could not keep up, when something could not.
BUSY_PERCENT = 70.0

_LESS_LOAD = (
    "raise processes in [stages.NAME.load], take FastHttpUser for HttpUser, or ask for less"
)


def saturated(records: Sequence[ProcessRecord]) -> Iterator[str]:
    """Say which processes of the generator had no processor left.

    Args:
        records: What all its processes recorded.
    """
    for record in records:
        used_percent = _used_percent(record)
        if used_percent is not None and used_percent > MOST_PROCESSOR_PERCENT:
            yield (
                f"process {record.pid} of the generator used {used_percent:.0f} % of a processor: "
                f"it measured itself as much as the service; {_LESS_LOAD}"
            )


def starved(records: Sequence[ProcessRecord]) -> Iterator[str]:
    """Say which processes had a processor too seldom, though they needed less than all of one.

    What they measured is too long by what they waited, never too short.

    Args:
        records: What all its processes recorded.
    """
    for record in records:
        used_percent, wanted_percent = _used_percent(record), _wanted_percent(record)
        if used_percent is None or wanted_percent is None:
            continue
        if used_percent <= MOST_PROCESSOR_PERCENT < wanted_percent:
            yield (
                f"process {record.pid} of the generator waited for a processor "
                f"{wanted_percent - used_percent:.0f} % of the time: response times hold that"
            )


def behind(
    spec: LoadSpec,
    records: Sequence[ProcessRecord],
    *,
    intended_per_s: float | None,
    duration_s: float,
) -> Iterator[str]:
    """Say that fewer requests were made than intended, and whose fault that was.

    A task run of each user is not missed: the last one may have begun, or not, when the load ended.

    Args:
        spec: What was asked.
        records: What all processes of the generator recorded.
        intended_per_s: Requests a second that were asked for, on average over the load with its
            ramp-up; None where nobody asked for so many.
        duration_s: How long the load lasted, seconds.
    """
    totals = [each.totals for each in records if each.totals is not None]
    finished = sum(each.finished for each in totals)
    if intended_per_s is None or duration_s <= 0 or not finished:
        return
    runs = sum(each.task_runs for each in totals)
    allowance = spec.users * finished / runs if runs else 0.0
    if finished + allowance < LEAST_RATE_RATIO * intended_per_s * duration_s:
        yield (
            f"{finished / duration_s:.0f} of {intended_per_s:.0f} requests/s were made: "
            f"{_whose_fault(records)}"
        )


def _whose_fault(records: Sequence[ProcessRecord]) -> str:
    known = [each for each in map(_wanted_percent, records) if each is not None]
    if not known:
        return "the service or the generator could not keep up; ask for less"
    told = f"its busiest process used or waited for {max(known):.0f} % of a processor"
    if max(known) > BUSY_PERCENT:
        return f"the generator could not keep up, {told}; {_LESS_LOAD}"
    return (
        "the service could not keep up, users waited for its answers (the generator could: "
        f"{told}); ask for less, or spread it over more users"
    )


def _used_percent(record: ProcessRecord) -> float | None:
    return record.totals.processor_percent if record.totals else None


def _wanted_percent(record: ProcessRecord) -> float | None:
    """Return the time on a processor and the time that one was waited for, percent."""
    used_percent = _used_percent(record)
    if record.totals is None or used_percent is None:
        return None
    return used_percent + (record.totals.queued_percent or 0.0)
