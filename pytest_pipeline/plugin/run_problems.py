"""Why the run of a stage cannot be trusted, whatever its reports say."""

from __future__ import annotations

from collections.abc import Collection

from pytest_pipeline.plugin.missing_tests import describe_missing
from pytest_pipeline.plugin.run_record import RunRecord

#: All passed, and none collected, which the gate judges.
_EXPLAINED = (0, 5, None)


def lost_tests(record: RunRecord, *, stopped: str, running: Collection[str] = ()) -> list[str]:
    """Say which tests were never heard of again.

    Args:
        record: What was reported.
        stopped: Why the session stopped before its last test; empty when it did not.
        running: Ids of tests of which is known that they were running at the end.
    """
    missing = tuple(nodeid for nodeid in record.missing() if nodeid not in running)
    broken = record.broken_modules  # for which pytest runs nothing, and a worker the rest
    if not missing or stopped or broken:
        return []
    return [describe_missing(missing, record.collected)]


def unexplained_status(record: RunRecord, *, status: int | None, stopped: str) -> list[str]:
    """Say so when pytest is not content though no test failed.

    Args:
        record: What was reported.
        status: The exit status that pytest gave the session; None if it gave none.
        stopped: Why the session stopped before its last test; empty when it did not.
    """
    if status in _EXPLAINED or record.failed:
        return []
    reason = stopped or "a plugin or conftest.py demands more (--cov-fail-under does)"
    return [f"pytest ended with exit status {status} though no test failed: {reason}"]
