"""What a deployment by command came to, for people and for the exit code."""

from __future__ import annotations

from pytest_pipeline.domain.deployments import DeploymentRecord, DeploymentStatus
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.reconciliation import NOT_COUNTED
from pytest_pipeline.domain.rollouts import Phase
from pytest_pipeline.engine.concluding import conclude
from pytest_pipeline.engine.execution import Execution
from pytest_pipeline.engine.kept_sites import discard_site, record_site
from pytest_pipeline.engine.site import Site

#: Phases in which a deployment stays until somebody decides.
WANT_SOMEBODY = (Phase.FROZEN, Phase.ROLLBACK_FAILED)


def settle(
    execution: Execution, site: Site, record: DeploymentRecord, *, wanted: Phase = Phase.SUCCEEDED
) -> None:
    """Write down what a deployment came to, and book what is not as it was wanted.

    One that succeeded but could not be measured is inconclusive: it claims what nobody saw.

    Args:
        execution: The execution that brought it to its end.
        site: Where.
        record: What it came to.
        wanted: How it was to end: for an `abort` that is ``ROLLED_BACK``.

    Raises:
        StateError: If it cannot be written.
    """
    execution.deployments.append(record)
    if execution.keeps_courses and site.measured is not None:
        execution.courses[record.id] = site.measured
    conclude(site, record, execution=execution.id)
    execution.tools.progress.line(outcome_line(record))
    if record.phase == wanted:
        if record.invalid and wanted is Phase.SUCCEEDED:  # to go back is no claim
            execution.fail(ExitCode.INCONCLUSIVE, not_measured(record))
        return
    dead = "; ".join(site.broken_resources())
    more = f"{dead}; " if dead and dead not in record.failure else ""
    execution.fail(
        exit_code_of(record, blameless=bool(dead)),
        f"deployment to {site.environment.name} {how(record)}; {more}"
        f"now serving: {record.serving}{_and(ways_on(record))}",
        output=record.log_tail,
    )


def leave(execution: Execution, site: Site) -> None:
    """Let a kept site go on; one where nothing serves any more is ended."""
    if site.stable is None and not site.deployment:
        discard_site(site)
        return
    record_site(site)
    execution.kept[site.environment.name] = site.router.url


def not_measured(record: DeploymentRecord) -> str:
    """Say that a deployment ended as it was wanted, and that what its clients saw is not known."""
    return (
        f"deployment to {record.environment} was done, but what its clients saw was not measured: "
        f"{record.invalid}; now serving: {record.serving}"
    )


def exit_code_of(record: DeploymentRecord, *, blameless: bool = False) -> ExitCode:
    """Return the exit code of a deployment that did not end as it was wanted.

    Args:
        record: What it came to.
        blameless: Whether something else than its release failed.
    """
    if record.phase in WANT_SOMEBODY:
        return ExitCode.ROLLBACK_FAILED
    if record.status is DeploymentStatus.SUCCEEDED:
        return ExitCode.ERROR
    if record.interrupted:
        return ExitCode.INTERRUPTED
    return ExitCode.ERROR if blameless else ExitCode.ROLLED_BACK


def outcome_line(record: DeploymentRecord) -> str:
    """Say in one line what a deployment came to."""
    counts = [each for each in record.reconciliation if each != NOT_COUNTED]
    told = "; ".join(filter(None, (record.note, *counts)))
    note = f" ({told})" if told else ""
    wants = f", {record.phase}" if record.phase in WANT_SOMEBODY else ""
    return (
        f"{record.environment}: {record.status}{wants}: "
        f"{record.stable or 'none'} > {record.candidate}, "
        f"{record.lost_requests} of {record.requests} requests lost, "
        f"{record.error_requests} errors, {record.duration_s:.1f} s{note}"
    )


def how(record: DeploymentRecord) -> str:
    """Say how a deployment ended that did not end as it was wanted."""
    if record.status is DeploymentStatus.SUCCEEDED:
        return "was done already, too late to go back: pytest-pipeline rollback does"
    if record.phase == Phase.FROZEN:
        return f"is frozen, for its migration cannot be undone: {record.failure}"
    if record.phase == Phase.ROLLBACK_FAILED:
        return f"failed and could not be taken back: {record.failure}"
    return f"failed: {record.failure}"


def ways_on(record: DeploymentRecord) -> str:
    """Name the commands that somebody has to choose from; empty when there is no choice."""
    return ways_on_from(record.phase, record.environment, record.candidate)


def ways_on_from(phase: str, environment: str, candidate: str) -> str:
    """Name the commands that lead on from a phase; empty for one that wants nobody.

    Args:
        phase: The phase (`rollouts.Phase`).
        environment: Name of the environment.
        candidate: Name of the release that is deployed.
    """
    again = f"pytest-pipeline resume {environment} tries"
    if phase == Phase.FROZEN:
        forced = f"pytest-pipeline abort {environment} --force goes back all the same"
        return f"{again} {candidate} again, {forced}"
    if phase == Phase.ROLLBACK_FAILED:
        return f"{again} the way back again"
    return ""


def _and(text: str) -> str:
    return f"; {text}" if text else ""
