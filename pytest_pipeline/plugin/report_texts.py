"""What a report says in words: why a test was skipped, how it failed."""

from __future__ import annotations

import pytest

#: What a failure may keep of its text, characters.
LONGEST_FAILURE = 8_000


def reason_of(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Return why a test was skipped or expected to fail; empty for none."""
    if hasattr(report, "wasxfail"):
        return str(report.wasxfail).removeprefix("reason: ")
    if not report.skipped:
        return ""
    if isinstance(report.longrepr, tuple):  # file, line, what was said
        return str(report.longrepr[2]).removeprefix("Skipped: ")
    return str(report.longrepr or "")


def failure_of(report: pytest.TestReport, limit: int) -> str:
    """Return the end of what a failure said: pytest puts the exception there.

    Args:
        report: The report of the phase that failed.
        limit: Longest text, characters, >= 0; never more than `LONGEST_FAILURE`.
    """
    shortest = min(limit, LONGEST_FAILURE)
    return report.longreprtext[-shortest:] if shortest else ""
