"""What one test can come to."""

from __future__ import annotations

from enum import StrEnum


class TestOutcome(StrEnum):
    """What one test came to."""

    __test__ = False  # a value, whatever its name makes pytest think

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    SKIPPED = "skipped"
    XFAILED = "xfailed"
    XPASSED = "xpassed"

    @property
    def passes(self) -> bool:
        """Whether the test's body ran to its end without a failure."""
        return self in (TestOutcome.PASSED, TestOutcome.XPASSED)
