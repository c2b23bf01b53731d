"""The record of a deployment."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pytest_pipeline.domain.alarms import AlarmReport


class DeploymentStatus(StrEnum):
    """Status of a deployment, in CodeDeploy's words."""

    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    STOPPED = "Stopped"


@dataclass(frozen=True)
class DeploymentRecord:
    """What a deployment did and what its clients saw.

    Attributes:
        id: Identifier within the ledger.
        environment: Where.
        strategy: How.
        status: How it ended. A rolled-back deployment is ``Failed`` with ``rolled_back`` set.
        stable: Name of the release that served before; None for a first deployment.
        candidate: Name of the release that was deployed.
        artifact: Digest of the candidate's artifact.
        requests: Requests of the traffic probe; count.
        lost_requests: Of these lost, and those that only a second try of the router saved; count.
        error_requests: Of these answered 5xx by an instance; count.
        longest_gap_ms: Longest time between two successful answers.
        cutover_ms: See `strategy_figures.switch_ms`; None where nothing was switched over. Of
            records before there was ``mixed_ms``: what that is now.
        detection_ms: From the candidate's first request (failed deployments: first error or failure
            seen by a client or step) to the decision to go back; None when nothing was detected.
        rollback_ms: From that decision to all traffic on stable; None without rollback.
        duration_s: The whole deployment, seconds.
        rolled_back: Whether stable serves again after a failure.
        rollback_failed: Whether the way back failed as well.
        phase: How its rollout ended (`rollouts.Phase`): ``frozen`` and ``rollback failed`` want
            somebody's decision.
        trigger: What made it go back (`rollback_triggers.RollbackTrigger`); empty when nothing did.
        interrupted: Whether Ctrl-C stopped it.
        failure: Why it failed, for people; empty when it succeeded.
        serving: What serves now, for people.
        log_tail: Last lines of the failed instance's log.
        note: What to know when reading the figures ("first deployment: …").
        retried_requests: Requests that the router passed on more than once; count.
        reconciliation: What does not add up between probe, router and instances, or was not
            measured; empty when all of it adds up.
        invalid: Why the measurement cannot be trusted; empty when it can.
        alarms: What each alarm that was asked said last.
        mixed_ms: See ``TrafficSummary``.
        downtime_ms: Time in which every request that was due failed; None without traffic, and of
            older records.
        mixed_requests: Requests that were answered while both releases answered; count.
        peak_instances: Most instances that ran at the same time; count; 0 of older records.
        critical_path_s: What of the rollout no controller could have spared, seconds; None of
            older records.
        all_traffic_ms: From the beginning of its first step to all traffic on all instances of the
            candidate, see `strategy_figures.restored_s`; None when it did not succeed, or another
            controller had begun it.
        rehearsal: Which deployment of a rehearsal it is (`rehearsals.Leg`); empty for none.
    """

    id: str
    environment: str
    strategy: str
    status: DeploymentStatus
    stable: str | None
    candidate: str
    artifact: str
    requests: int
    lost_requests: int
    error_requests: int
    longest_gap_ms: float | None
    cutover_ms: float | None
    detection_ms: float | None
    rollback_ms: float | None
    duration_s: float
    rolled_back: bool = False
    rollback_failed: bool = False
    phase: str = ""
    trigger: str = ""
    interrupted: bool = False
    failure: str = ""
    serving: str = ""
    log_tail: str = ""
    note: str = ""
    retried_requests: int = 0
    reconciliation: tuple[str, ...] = ()
    invalid: str = ""
    alarms: tuple[AlarmReport, ...] = ()
    mixed_ms: float | None = None
    downtime_ms: float | None = None
    mixed_requests: int = 0
    peak_instances: int = 0
    critical_path_s: float | None = None
    all_traffic_ms: float | None = None
    rehearsal: str = ""
