"""Ends what owners left behind that no longer run, and whose guardians did not clean up either."""

from __future__ import annotations

import platform
from pathlib import Path

from pytest_pipeline.adapters.processes.cleaning import clean
from pytest_pipeline.adapters.processes.ending import Ticks, end
from pytest_pipeline.adapters.processes.family import owned
from pytest_pipeline.adapters.processes.records import read_records, remove_record
from pytest_pipeline.adapters.processes.table import require_psutil, running, scan

_GRACE_S = 2.0


def sweep(token: str, *, clock: Ticks, grace_s: float = _GRACE_S) -> tuple[int, ...]:
    """End every process that carries an owner's token; kept ones do not.

    Returns:
        The numbers of the processes that were there, sorted.
    """
    require_psutil()
    ended = end(lambda: owned(scan(), token), clock=clock, grace_s=grace_s)
    return tuple(sorted(seen.identity.pid for seen in ended.signalled))


def sweep_abandoned(records: Path, *, clock: Ticks, grace_s: float = _GRACE_S) -> tuple[str, ...]:
    """End and delete everything of the recorded owners that no longer run.

    Records of other machines, which share the folder, are left alone.

    Args:
        records: The folder that was given to `GuardedProcesses`; need not exist.
        clock: Time.
        grace_s: Time between SIGTERM and SIGKILL, seconds.

    Returns:
        The names of what was still there, for people.
    """
    require_psutil()
    names: list[str] = []
    for belongings in read_records(records):
        if belongings.host != platform.node() or running(belongings.owner):
            continue
        cleaned = clean(belongings, clock=clock, grace_s=grace_s, settle=False)
        names += cleaned.ended
        if cleaned.complete:
            remove_record(records, belongings.token)
    return tuple(names)
