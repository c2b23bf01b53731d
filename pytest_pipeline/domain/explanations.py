"""Why things stand where they stand: what was decided, what is known now, what leads on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pytest_pipeline.domain.deciding import decided_by_entry
from pytest_pipeline.domain.deploy_checks import DeployCheck
from pytest_pipeline.domain.evidence_checks import EvidenceProblem


@dataclass(frozen=True)
class StageExplanation:
    """One stage, in an execution and now.

    Attributes:
        stage: Its name.
        verdict: What the execution made of it; None where it did not run it.
        decided: The figures that decided, and why the run could not be trusted, in words.
        evidence: ``present``, or why the evidence does not promote the current revision
            (`evidence_checks.Refusal`).
        reason: The same in words; empty when it is present.
        changed: Paths that changed since the evidence; empty unless it is stale.
        command: What provides it; empty when it is present.
    """

    stage: str
    verdict: str | None
    decided: tuple[str, ...]
    evidence: str
    reason: str = ""
    changed: tuple[str, ...] = ()
    command: str = ""


@dataclass(frozen=True)
class EnvironmentExplanation:
    """One environment: what serves, and what keeps the current revision from it.

    Attributes:
        environment: Its name.
        promoted: Name of the release that was promoted last; None before the first.
        serves: What serves now, for people.
        under_way: The deployment under way, for people; empty for none.
        current: Whether the promoted release is the artifact of the current revision.
        blocked: What keeps the revision from it, in words; empty for nothing.
        command: What leads on; empty where nothing has to.
        checks: What a deployment demands, in the order in which it is provided; empty where it was
            not asked for.
    """

    environment: str
    promoted: str | None
    serves: str
    under_way: str
    current: bool
    blocked: tuple[str, ...]
    command: str
    checks: tuple[DeployCheck, ...] = ()

    @property
    def deployable(self) -> bool:
        """Whether nothing that was looked at refuses a deployment."""
        return all(each.met for each in self.checks)


@dataclass(frozen=True)
class DeploymentExplanation:
    """One deployment of an execution.

    Attributes:
        environment: Where.
        text: What was deployed, how, and what came of it.
        serving: What served at its end.
        failure: Why it failed; empty when it did not.
    """

    environment: str
    text: str
    serving: str
    failure: str


@dataclass(frozen=True)
class ExecutionExplanation:
    """What an execution came to.

    Attributes:
        id: Its identifier.
        kind: See `ledger.ExecutionRecord`.
        started: When, ISO 8601 in UTC.
        exit_code: How it ended; None while it runs or when it was killed.
        failures: Why it ended so; empty when all went well.
        same_revision: Whether it was about the revision that is there now.
        deployments: What it deployed.
    """

    id: str
    kind: str
    started: str
    exit_code: int | None
    failures: tuple[str, ...]
    same_revision: bool
    deployments: tuple[DeploymentExplanation, ...] = ()


@dataclass(frozen=True)
class Explanation:
    """Why things stand where they stand.

    Attributes:
        revision: The current revision, for people.
        execution: The execution that was asked about; None where there was none.
        stages: Stages, in order.
        environments: Environments, in order.
        trust: What evidence counts here, for people.
    """

    revision: str
    execution: ExecutionExplanation | None
    stages: tuple[StageExplanation, ...]
    environments: tuple[EnvironmentExplanation, ...]
    trust: str = ""


def explain_stage(
    stage: str, executed: Mapping[str, Any] | None, problem: EvidenceProblem | None
) -> StageExplanation:
    """Say how a stage stands.

    Args:
        stage: Its name.
        executed: Its entry in an execution's summary; None where it did not run.
        problem: Why its evidence does not promote; None when it does.
    """
    verdict = str(executed["verdict"]) if executed else None
    decided = decided_by_entry(executed) if executed else ()
    if problem is None:
        return StageExplanation(stage, verdict, decided, "present")
    return StageExplanation(
        stage,
        verdict,
        decided,
        str(problem.refusal),
        problem.reason,
        problem.paths,
        problem.command,
    )


def explain_deployment(record: Mapping[str, Any]) -> DeploymentExplanation:
    """Say what a deployment in an execution's summary came to."""
    text = (
        f"{record['stable'] or 'nothing'} > {record['candidate']} ({record['strategy']}): "
        f"{record['phase'] or record['status']}, "
        f"{record['lost_requests']} of {record['requests']} requests lost"
    )
    failure = record["failure"] or ""
    if record.get("trigger"):
        failure = f"{record['trigger']}: {failure}".rstrip(": ")
    return DeploymentExplanation(record["environment"], text, record["serving"], failure)
