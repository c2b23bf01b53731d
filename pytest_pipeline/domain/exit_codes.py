"""Exit codes, and which one wins where several apply."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class ExitCode(IntEnum):
    """What the process says at its end (DESIGN: "Exit codes"); 2 to 5 are pytest's own."""

    OK = 0
    TESTS_FAILED = 1
    INTERRUPTED = 2
    USAGE_ERROR = 4
    GATE_FAILED = 20
    INCONCLUSIVE = 21
    EVIDENCE_REFUSED = 22
    ROLLED_BACK = 23
    ROLLBACK_FAILED = 24
    WAITING_FOR_APPROVAL = 25
    ERROR = 26


_PRECEDENCE = (
    ExitCode.ROLLBACK_FAILED,
    ExitCode.INTERRUPTED,
    ExitCode.ROLLED_BACK,
    ExitCode.ERROR,
    ExitCode.EVIDENCE_REFUSED,
    ExitCode.TESTS_FAILED,
    ExitCode.GATE_FAILED,
    ExitCode.INCONCLUSIVE,
    ExitCode.WAITING_FOR_APPROVAL,
)


def decide(codes: Iterable[ExitCode]) -> ExitCode:
    """Return the code that wins; ``OK`` of none."""
    found = set(codes)
    return next((code for code in _PRECEDENCE if code in found), ExitCode.OK)
