"""The port to the durable store of executions, releases and deployments."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from pytest_pipeline.domain.control_requests import ControlRequest
from pytest_pipeline.domain.deployments import DeploymentRecord
from pytest_pipeline.domain.releases import Release
from pytest_pipeline.errors import StateError


@dataclass(frozen=True)
class ExecutionRecord:
    """One run of the pipeline, or of one stage, or a deployment by command.

    Attributes:
        id: Its identifier; sorts by time.
        kind: ``pipeline``, ``stage``, or the command that deployed: ``deploy``, ``rollback``,
            ``resume``, ``abort``.
        started: When, ISO 8601 in UTC.
        finished: When; None while it runs or when it was killed.
        exit_code: How it ended; None as above.
        summary: The summary file's content so far; what was decided and why.
    """

    id: str
    kind: str
    started: str
    finished: str | None
    exit_code: int | None
    summary: Mapping[str, object]


class Ledger(Protocol):
    """Executions, releases, deployments. Every write is durable when the call returns.

    Raises `StateError` when the store cannot be read or written.
    """

    def begin_execution(self, record: ExecutionRecord) -> None:
        """Store a new execution."""
        ...

    def update_execution(self, record: ExecutionRecord) -> None:
        """Replace an execution's record."""
        ...

    def executions(self, *, limit: int = 20) -> tuple[ExecutionRecord, ...]:
        """Return the latest executions, newest first."""
        ...

    def execution(self, prefix: str) -> ExecutionRecord | None:
        """Return the execution whose id is, or alone begins with, ``prefix``; else None."""
        ...

    def register_release(
        self, environment: str, *, artifact: str, configuration: Mapping[str, str]
    ) -> Release:
        """Store a release under the next number of its environment; safe between processes."""
        ...

    def release(self, environment: str, number: int) -> Release | None:
        """Return a release by number."""
        ...

    def mark_promoted(self, environment: str, number: int) -> None:
        """Say that an environment's releases were promoted up to this one: it is stable now."""
        ...

    def adopt_promotions(self, environment: str, releases: Sequence[Release]) -> None:
        """Take over promotions that are known from elsewhere, in their order.

        Releases that are not known here are stored under their own numbers.

        Raises:
            StateError: If a number is that of another release here; nothing is changed then.
        """
        ...

    def promoted(self, environment: str) -> Release | None:
        """Return the release that was promoted last; None before the first."""
        ...

    def promotions(self, environment: str, *, limit: int = 20) -> tuple[Release, ...]:
        """Return the releases that were promoted, newest promotion first.

        One that was promoted twice in a row is there once.

        Args:
            environment: Where.
            limit: How many at most; count, >= 1.
        """
        ...

    def ask(self, request: ControlRequest) -> Callable[[], None]:
        """Ask something of the rollout at an environment; once while the very same is asked.

        Returns:
            What withdraws it, by its ``id``: nothing happens without one, or once it was taken.
        """
        ...

    def asked(self, environment: str) -> tuple[ControlRequest, ...]:
        """Return what was asked and not heard yet, in order."""
        ...

    def take_requests(self, environment: str) -> tuple[ControlRequest, ...]:
        """Return what was asked and not heard yet, in order, and take it away: nobody else gets it.

        Rollouts call it several times a second.
        """
        ...

    def record_deployment(self, execution: str, record: DeploymentRecord) -> None:
        """Store a deployment, or replace the record of the same id."""
        ...

    def deployments(
        self, environment: str | None = None, *, limit: int = 20
    ) -> tuple[DeploymentRecord, ...]:
        """Return the latest deployments, newest first."""
        ...


def another_release(environment: str, release: Release) -> StateError:
    """Return the error of a release whose number is that of another one in the ledger."""
    return StateError(
        f"the ledger has another {release.name} of {environment} than the promotions: delete "
        ".pipeline/ledger.db where the promotions are right, its releases are taken from them"
    )
