"""A ledger in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import groupby

from pytest_pipeline.domain.control_requests import ControlRequest
from pytest_pipeline.domain.deployments import DeploymentRecord
from pytest_pipeline.domain.releases import Release
from pytest_pipeline.engine.ledger import ExecutionRecord, another_release
from pytest_pipeline.errors import StateError


class MemoryLedger:
    """Implements `engine.ledger.Ledger` for one process."""

    def __init__(self) -> None:
        self._executions: dict[str, ExecutionRecord] = {}
        self._releases: dict[str, dict[int, Release]] = {}
        self._promotions: dict[str, list[Release]] = {}
        self._deployments: dict[str, DeploymentRecord] = {}
        self._requests: list[ControlRequest] = []

    def begin_execution(self, record: ExecutionRecord) -> None:
        """Store a new execution.

        Raises:
            StateError: If there is one of that name.
        """
        if record.id in self._executions:
            raise StateError(f"the execution {record.id} is in the ledger already; start it again")
        self._executions[record.id] = record

    def update_execution(self, record: ExecutionRecord) -> None:
        """Replace an execution's record.

        Raises:
            StateError: If there is none of that name.
        """
        if record.id not in self._executions:
            raise StateError(f"the execution {record.id} is not in the ledger: begin it first")
        self._executions[record.id] = record

    def executions(self, *, limit: int = 20) -> tuple[ExecutionRecord, ...]:
        """Return the latest executions, newest first."""
        return tuple(self._executions[each] for each in sorted(self._executions, reverse=True))[
            :limit
        ]

    def execution(self, prefix: str) -> ExecutionRecord | None:
        """Return the execution whose id is, or alone begins with, ``prefix``; else None."""
        found = [each for name, each in self._executions.items() if name.startswith(prefix)]
        candidates = [each for each in found if each.id == prefix] or found
        return candidates[0] if len(candidates) == 1 else None

    def register_release(
        self, environment: str, *, artifact: str, configuration: Mapping[str, str]
    ) -> Release:
        """Store a release under the next number of its environment."""
        known = self._releases.setdefault(environment, {})
        release = Release(max(known, default=0) + 1, artifact, dict(configuration))
        known[release.number] = release
        return release

    def release(self, environment: str, number: int) -> Release | None:
        """Return a release by number."""
        return self._releases.get(environment, {}).get(number)

    def mark_promoted(self, environment: str, number: int) -> None:
        """Say that an environment's releases were promoted up to this one.

        Raises:
            StateError: If there is no such release.
        """
        release = self.release(environment, number)
        if release is None:
            raise StateError(f"there is no release r{number} of {environment} in the ledger")
        self._promotions.setdefault(environment, []).append(release)

    def adopt_promotions(self, environment: str, releases: Sequence[Release]) -> None:
        """Take over promotions that are known from elsewhere; see the port."""
        known = self._releases.setdefault(environment, {})
        for release in releases:
            if known.get(release.number, release) != release:
                raise another_release(environment, release)
        known.update({each.number: each for each in releases})
        self._promotions.setdefault(environment, []).extend(releases)

    def promoted(self, environment: str) -> Release | None:
        """Return the release that was promoted last; None before the first."""
        promoted = self._promotions.get(environment)
        return promoted[-1] if promoted else None

    def promotions(self, environment: str, *, limit: int = 20) -> tuple[Release, ...]:
        """Return the releases that were promoted, newest first, without repeats in a row."""
        newest_first = reversed(self._promotions.get(environment, []))
        return tuple(next(same) for _, same in groupby(newest_first, key=_number))[:limit]

    def ask(self, request: ControlRequest) -> Callable[[], None]:
        """Ask something of the rollout at an environment; return what withdraws it."""
        if request not in self._requests:
            self._requests.append(request)
        return partial(self._withdraw, request)

    def _withdraw(self, request: ControlRequest) -> None:
        self._requests = [each for each in self._requests if each.id != request.id or not each.id]

    def asked(self, environment: str) -> tuple[ControlRequest, ...]:
        """Return what was asked and not heard yet, in order."""
        return tuple(each for each in self._requests if each.environment == environment)

    def take_requests(self, environment: str) -> tuple[ControlRequest, ...]:
        """Return what was asked and not heard yet, in order, and take it away."""
        taken = self.asked(environment)
        if taken:
            self._requests = [each for each in self._requests if each not in taken]
        return taken

    def record_deployment(self, execution: str, record: DeploymentRecord) -> None:
        """Store a deployment, or replace the record of the same id."""
        del execution
        self._deployments[record.id] = record

    def deployments(
        self, environment: str | None = None, *, limit: int = 20
    ) -> tuple[DeploymentRecord, ...]:
        """Return the latest deployments, newest first."""
        newest_first = reversed(self._deployments.values())
        return tuple(each for each in newest_first if environment in (None, each.environment))[
            :limit
        ]


def _number(release: Release) -> int:
    return release.number
