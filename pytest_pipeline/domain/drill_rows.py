"""What one fault in one strategy's deployment came to, and whether that is good enough."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_pipeline.domain.drills import EXPECTATIONS, Ending, Fault, Loss
from pytest_pipeline.domain.exit_codes import ExitCode, decide
from pytest_pipeline.domain.verdicts import Verdict

#: Strategies that take capacity away by design: what they lose is not the fault's doing.
_LOSE_BY_DESIGN = frozenset({"in-place"})
_UNNOTICED = (
    "no alarm noticed it: set one on mean_latency_ms, and let bakes last longer than the latency"
)


@dataclass(frozen=True)
class DrillRow:
    """What a deployment under a fault came to.

    Attributes:
        strategy: Name of the strategy.
        fault: What was done.
        ending: How the deployment ended.
        exit_code: What the command would have ended with.
        requests: Requests of its client traffic; count.
        lost_requests: Of these lost; count.
        lost_elsewhere: Of the lost ones those sent before the fault or after the way back; count.
        error_requests: Requests answered 5xx by an instance; count.
        detection_ms: From the fault to the decision to go back, milliseconds; None without one.
        rollback_ms: From that decision to all traffic on stable; None without a rollback.
        deadline_s: How long a rollout may go without progress before it goes back, seconds.
        recovery_ms: How long the next command took to bring order; None where none was needed.
        serving: What serves after, for people.
        left_behind: Processes and files that should not be there any more, by name.
        disorder: What was not in order after; then the site was built anew.
        irreversible: Whether the release's migration cannot be undone.
        skipped: Why the fault could not be tried; empty when it was.
        failure: Why the deployment failed, for people; empty when it succeeded.
        invalid: Why its traffic cannot be trusted; empty when it can.
    """

    strategy: str
    fault: Fault
    ending: Ending
    exit_code: int = 0
    requests: int = 0
    lost_requests: int = 0
    lost_elsewhere: int = 0
    error_requests: int = 0
    detection_ms: float | None = None
    rollback_ms: float | None = None
    deadline_s: float = 0.0
    recovery_ms: float | None = None
    serving: str = ""
    left_behind: tuple[str, ...] = ()
    disorder: tuple[str, ...] = ()
    irreversible: bool = False
    skipped: str = ""
    failure: str = ""
    invalid: str = ""


@dataclass(frozen=True)
class DrillVerdict:
    """Whether a row is as it should be.

    Attributes:
        verdict: PASS, FAIL or INCONCLUSIVE.
        reasons: Why it does not pass, for people.
    """

    verdict: Verdict
    reasons: tuple[str, ...] = ()


def judge(row: DrillRow) -> DrillVerdict:
    """Compare what a deployment did with what a good one does; what was not tried never passes."""
    wrong = (*_ended_wrong(row), *_lost_wrong(row), *_left_wrong(row))
    if wrong:
        return DrillVerdict(Verdict.FAIL, wrong)
    if row.skipped:
        return DrillVerdict(Verdict.INCONCLUSIVE, (row.skipped,))
    if not row.requests:
        return DrillVerdict(Verdict.INCONCLUSIVE, ("no client traffic was measured",))
    if row.invalid:
        return DrillVerdict(Verdict.INCONCLUSIVE, (row.invalid,))
    return DrillVerdict(Verdict.PASS)


def exit_code_of(verdicts: tuple[DrillVerdict, ...]) -> ExitCode:
    """Return what a drill ends with: 0 only if every row is as it should be."""
    codes = {
        Verdict.FAIL: ExitCode.GATE_FAILED,
        Verdict.INCONCLUSIVE: ExitCode.INCONCLUSIVE,
    }
    found = [codes[each.verdict] for each in verdicts if each.verdict in codes]
    return decide(found) if verdicts else ExitCode.INCONCLUSIVE


def _ended_wrong(row: DrillRow) -> tuple[str, ...]:
    if row.skipped:
        return ()
    allowed = EXPECTATIONS[row.fault].endings_of(irreversible=row.irreversible)
    wrong = []
    if row.ending not in allowed:
        wanted = " or ".join(sorted(allowed))
        unnoticed = row.ending is Ending.SUCCEEDED and row.fault is Fault.LATENCY
        advice = f"; {_UNNOTICED}" if unnoticed else ""
        wrong.append(f"{row.ending}, wanted {wanted}{advice}")
    elif row.detection_ms is not None and row.detection_ms > row.deadline_s * 1000:
        wrong.append(
            f"noticed after {row.detection_ms / 1000:.1f} s, wanted within {row.deadline_s:g} s"
        )
    return tuple(wrong)


def _lost_wrong(row: DrillRow) -> tuple[str, ...]:
    if row.skipped or row.strategy in _LOSE_BY_DESIGN:
        return ()
    if EXPECTATIONS[row.fault].loss is Loss.NONE and row.lost_requests:
        return (f"{row.lost_requests} requests lost, wanted none",)
    if row.lost_elsewhere:
        return (f"{row.lost_elsewhere} requests lost before the fault or after the way back",)
    return ()


def _left_wrong(row: DrillRow) -> tuple[str, ...]:
    return (
        *(f"left behind: {each}" for each in row.left_behind),
        *(f"not in order after: {each}; the site was built anew" for each in row.disorder),
    )
