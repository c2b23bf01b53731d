"""What people ask of rollouts under way, in the ledger's database."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from sqlalchemy import Row, Select, delete, insert, select

from pytest_pipeline.adapters.sql_ledger.connections import Connections
from pytest_pipeline.adapters.sql_ledger.schema import requests
from pytest_pipeline.domain.control_requests import ControlRequest, RequestKind


class Requests:
    """Requests that were not heard yet.

    Args:
        connections: To the database.
    """

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def add(self, request: ControlRequest) -> None:
        """Store a request, unless the very same is there already."""
        values = vars(request) | {"kind": str(request.kind)}
        with self._connections.transaction() as connection:
            if connection.execute(select(requests.c.sequence).filter_by(**values)).first() is None:
                connection.execute(insert(requests).values(**values))

    def remove(self, request: ControlRequest) -> None:
        """Remove the request of that id."""
        if request.id:
            with self._connections.transaction() as connection:
                connection.execute(delete(requests).filter_by(id=request.id))

    def pending(self, environment: str) -> tuple[ControlRequest, ...]:
        """Return the requests for an environment, in order."""
        with self._connections.reading() as connection:
            return tuple(map(_request, connection.execute(_those_for(environment))))

    def take(self, environment: str) -> tuple[ControlRequest, ...]:
        """Remove and return the requests for an environment, in order.

        Almost always there is none: then nothing is locked.
        """
        if not self.pending(environment):
            return ()
        query = _those_for(environment).with_for_update()
        with self._connections.transaction() as connection:
            rows = connection.execute(query).all()
            taken = [row.sequence for row in rows]
            connection.execute(delete(requests).where(requests.c.sequence.in_(taken)))
        return tuple(map(_request, rows))


def _those_for(environment: str) -> Select[Any]:
    return select(requests).filter_by(environment=environment).order_by(requests.c.sequence)


def _request(row: Row[Any]) -> ControlRequest:
    values = {each.name: getattr(row, each.name) for each in fields(ControlRequest)}
    return ControlRequest(**{**values, "kind": RequestKind(row.kind)})
