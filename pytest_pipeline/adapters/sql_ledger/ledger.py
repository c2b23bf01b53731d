"""The ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from pytest_pipeline.adapters.sql_ledger.connections import Connections
from pytest_pipeline.adapters.sql_ledger.requests import Requests
from pytest_pipeline.adapters.sql_ledger.schema import (
    deployments,
    executions,
    promotions,
    releases,
)
from pytest_pipeline.domain.alarms import AlarmReport, AlarmState
from pytest_pipeline.domain.control_requests import ControlRequest
from pytest_pipeline.domain.deployments import DeploymentRecord, DeploymentStatus
from pytest_pipeline.domain.releases import Release
from pytest_pipeline.engine.ledger import ExecutionRecord, another_release
from pytest_pipeline.errors import StateError

_ATTEMPTS = 50


def sqlite_url(path: Path) -> URL:
    """Return the URL of a SQLite file, whatever characters its path holds."""
    return URL.create("sqlite", database=str(path.absolute()))


class SqlLedger:
    """The `Ledger` in a database; made when first used.

    Args:
        url: SQLAlchemy's URL of the database, see ``sqlite_url``.
    """

    def __init__(self, url: str | URL) -> None:
        self._connections = Connections(url)
        self._requests = Requests(self._connections)

    def begin_execution(self, record: ExecutionRecord) -> None:
        """Store a new execution."""
        try:
            with self._connections.transaction() as connection:
                connection.execute(insert(executions).values(**_columns(record)))
        except IntegrityError as error:
            raise StateError(
                f"the execution {record.id} is in the ledger already; start the run again"
            ) from error

    def update_execution(self, record: ExecutionRecord) -> None:
        """Replace an execution's record."""
        changed = update(executions).where(executions.c.id == record.id).values(**_columns(record))
        with self._connections.transaction() as connection:
            if connection.execute(changed).rowcount == 0:
                raise StateError(
                    f"the execution {record.id} is not in the ledger: was the ledger deleted "
                    "during the run? start the run again"
                )

    def executions(self, *, limit: int = 20) -> tuple[ExecutionRecord, ...]:
        """Return the latest executions, newest first."""
        with self._connections.transaction() as connection:
            rows = connection.execute(
                select(executions)
                .order_by(executions.c.started.desc(), executions.c.id.desc())
                .limit(limit)
            )
            return tuple(ExecutionRecord(**row) for row in rows.mappings())

    def execution(self, prefix: str) -> ExecutionRecord | None:
        """Return the execution whose id is, or alone begins with, ``prefix``; else None."""
        begins = executions.c.id.startswith(prefix)
        with self._connections.transaction() as connection:
            # LIKE finds more: wildcards, and either case; ids are few.
            rows = connection.execute(select(executions).where(begins)).mappings().all()
        found = [ExecutionRecord(**row) for row in rows if row["id"].startswith(prefix)]
        exact = [each for each in found if each.id == prefix]
        candidates = exact or found
        return candidates[0] if len(candidates) == 1 else None

    def register_release(
        self, environment: str, *, artifact: str, configuration: Mapping[str, str]
    ) -> Release:
        """Store a release under the next number of its environment; safe between processes."""
        for _ in range(_ATTEMPTS):
            try:
                with self._connections.transaction() as connection:
                    number = _last_number(connection, environment) + 1
                    release = Release(number, artifact, dict(configuration))
                    _store(connection, environment, release)
            except IntegrityError:  # another process took the number; not with SQLite
                continue
            return release
        raise StateError(
            f"no release number of {environment} could be had in {_ATTEMPTS} attempts: others "
            "register releases all the time; try again"
        )

    def release(self, environment: str, number: int) -> Release | None:
        """Return a release by number."""
        with self._connections.transaction() as connection:
            return _release(connection, environment, number)

    def mark_promoted(self, environment: str, number: int) -> None:
        """Say that an environment's releases were promoted up to this one: it is stable now.

        Raises:
            StateError: If there is no such release.
        """
        with self._connections.transaction() as connection:
            if _release(connection, environment, number) is None:
                raise StateError(f"there is no release r{number} of {environment} in the ledger")
            connection.execute(insert(promotions).values(environment=environment, number=number))

    def adopt_promotions(self, environment: str, releases: Sequence[Release]) -> None:
        """Take over promotions that are known from elsewhere; see the port."""
        with self._connections.transaction() as connection:
            for release in releases:
                known = _release(connection, environment, release.number)
                if known is None:
                    _store(connection, environment, release)
                elif known != release:
                    raise another_release(environment, release)
                connection.execute(
                    insert(promotions).values(environment=environment, number=release.number)
                )

    def promoted(self, environment: str) -> Release | None:
        """Return the release that was promoted last; None before the first."""
        last = (
            select(promotions.c.number)
            .where(promotions.c.environment == environment)
            .order_by(promotions.c.sequence.desc())
            .limit(1)
        )
        with self._connections.transaction() as connection:
            number = connection.scalar(last)
            return None if number is None else _release(connection, environment, number)

    def promotions(self, environment: str, *, limit: int = 20) -> tuple[Release, ...]:
        """Return the releases that were promoted, newest promotion first."""
        numbers = (
            select(promotions.c.number)
            .where(promotions.c.environment == environment)
            .order_by(promotions.c.sequence.desc())
        )
        with self._connections.reading() as connection:
            without_repeats = (number for number, _ in groupby(connection.scalars(numbers)))
            newest = list(islice(without_repeats, limit))
            found = {each: _release(connection, environment, each) for each in set(newest)}
        return tuple(release for each in newest if (release := found[each]) is not None)

    def ask(self, request: ControlRequest) -> Callable[[], None]:
        """Ask something of the rollout at an environment; return what withdraws it."""
        self._requests.add(request)
        return partial(self._requests.remove, request)

    def asked(self, environment: str) -> tuple[ControlRequest, ...]:
        """Return what was asked and not heard yet, in order."""
        return self._requests.pending(environment)

    def take_requests(self, environment: str) -> tuple[ControlRequest, ...]:
        """Return what was asked and not heard yet, in order, and take it away."""
        return self._requests.take(environment)

    def record_deployment(self, execution: str, record: DeploymentRecord) -> None:
        """Store a deployment, or replace the record of the same id."""
        values = {
            "execution": execution,
            "environment": record.environment,
            "record": asdict(record),
        }
        changed = update(deployments).where(deployments.c.id == record.id).values(**values)
        with self._connections.transaction() as connection:
            if connection.execute(changed).rowcount == 0:
                connection.execute(insert(deployments).values(id=record.id, **values))

    def deployments(
        self, environment: str | None = None, *, limit: int = 20
    ) -> tuple[DeploymentRecord, ...]:
        """Return the latest deployments, newest first."""
        query = select(deployments.c.record).order_by(deployments.c.sequence.desc()).limit(limit)
        if environment is not None:
            query = query.where(deployments.c.environment == environment)
        with self._connections.transaction() as connection:
            return tuple(_deployment(data) for data in connection.scalars(query))


def _columns(record: ExecutionRecord) -> dict[str, Any]:
    return {**vars(record), "summary": dict(record.summary)}


def _store(connection: Connection, environment: str, release: Release) -> None:
    connection.execute(insert(releases).values(environment=environment, **asdict(release)))


def _last_number(connection: Connection, environment: str) -> int:
    query = select(func.max(releases.c.number)).where(releases.c.environment == environment)
    return connection.scalar(query) or 0


def _release(connection: Connection, environment: str, number: int) -> Release | None:
    row = connection.execute(
        select(releases.c.number, releases.c.artifact, releases.c.configuration).where(
            releases.c.environment == environment, releases.c.number == number
        )
    ).one_or_none()
    return None if row is None else Release(row.number, row.artifact, row.configuration)


def _deployment(data: dict[str, Any]) -> DeploymentRecord:
    reports = tuple(
        AlarmReport(**{**each, "state": AlarmState(each["state"])})
        for each in data.get("alarms", ())
    )
    told = {
        **data,
        "status": DeploymentStatus(data["status"]),
        "alarms": reports,
        "reconciliation": tuple(data.get("reconciliation", ())),
    }
    return DeploymentRecord(**told)
