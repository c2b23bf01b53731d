"""What a self-test of gates came to: which injections were blocked, and which got through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.injections import Injection
from pytest_pipeline.domain.verdicts import Verdict

#: The stage was refused, asked wrongly, or stopped: its gate never judged.
_NOT_JUDGED = (ExitCode.EVIDENCE_REFUSED, ExitCode.USAGE_ERROR, ExitCode.INTERRUPTED)


class Blocked(StrEnum):
    """What an injection came to."""

    YES = "yes"
    NO = "NO"
    NOT_SHOWN = "not shown"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True)
class SessionEnd:
    """How a session of a stage ended.

    Attributes:
        exit_code: Its exit code; negative for a signal; None when its deadline passed.
        verdict: The stage's verdict; None when none was given.
        reason: The first reason, in words.
        promotes: Whether it left evidence that would promote.
        injected: Whether what was to be injected was.
        duration_s: How long it took, seconds.
    """

    exit_code: int | None
    verdict: Verdict | None
    reason: str
    promotes: bool
    injected: bool
    duration_s: float

    @property
    def green(self) -> bool:
        """Whether anybody could take it for a success."""
        by_verdict = self.verdict is not None and self.verdict.promotes
        return self.exit_code == 0 or by_verdict or self.promotes


@dataclass(frozen=True)
class SelfTestRow:
    """One injection into one stage.

    Attributes:
        stage: Name of the stage.
        injection: What was injected.
        blocked: What it came to.
        reason: Why it was not applicable, or is not shown; else what the stage said.
        end: How the session ended; None when none was run.
    """

    stage: str
    injection: Injection
    blocked: Blocked
    reason: str
    end: SessionEnd | None = None


@dataclass(frozen=True)
class SelfTest:
    """All injections into all stages that were asked for.

    Attributes:
        rows: One for each injection, in order.
        not_green: Stage to the reason why nothing can be shown for it.
    """

    rows: Sequence[SelfTestRow]
    not_green: Sequence[tuple[str, str]] = ()

    def count(self, blocked: Blocked) -> int:
        """Return how many injections came to this."""
        return sum(row.blocked is blocked for row in self.rows)

    @property
    def through(self) -> tuple[SelfTestRow, ...]:
        """The injections that no gate blocked."""
        return tuple(row for row in self.rows if row.blocked is Blocked.NO)

    @property
    def applicable(self) -> int:
        """Injections that a stage could suffer; count."""
        return len(self.rows) - self.count(Blocked.NOT_APPLICABLE)

    @property
    def exit_code(self) -> ExitCode:
        """0 only when each applicable injection was blocked, and at least one was."""
        if self.through:
            return ExitCode.GATE_FAILED
        blocked = self.count(Blocked.YES)
        if self.not_green or not blocked or blocked < self.applicable:
            return ExitCode.INCONCLUSIVE
        return ExitCode.OK

    def __str__(self) -> str:
        """Return the number, one line."""
        stages = len({row.stage for row in self.rows if row.blocked is not Blocked.NOT_APPLICABLE})
        return (
            f"{self.count(Blocked.YES)} of {self.applicable} injections blocked in "
            f"{stages} {'stage' if stages == 1 else 'stages'}, "
            f"{self.count(Blocked.NOT_APPLICABLE)} not applicable"
        )


def judge_injection(stage: str, injection: Injection, end: SessionEnd) -> SelfTestRow:
    """Say whether a gate blocked what was injected.

    Args:
        stage: Name of the stage.
        injection: What was to be injected.
        end: How the stage's session ended.
    """
    if not end.injected:
        reason = f"nothing was injected: {end.reason}"
        return SelfTestRow(stage, injection, Blocked.NOT_SHOWN, reason, end)
    if end.green:
        return SelfTestRow(stage, injection, Blocked.NO, end.reason, end)
    if end.exit_code is None or end.exit_code in _NOT_JUDGED:
        reason = f"the gate did not judge: {end.reason}"
        return SelfTestRow(stage, injection, Blocked.NOT_SHOWN, reason, end)
    if injection.wanted is not None and end.verdict is not injection.wanted:
        reason = f"{end.verdict or 'no verdict'} where {injection.wanted} was wanted: {end.reason}"
        return SelfTestRow(stage, injection, Blocked.NOT_SHOWN, reason, end)
    return SelfTestRow(stage, injection, Blocked.YES, end.reason, end)
