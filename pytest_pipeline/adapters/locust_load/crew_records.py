"""Reads what a load of several processes recorded, and what its master found."""

from __future__ import annotations

import json
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from pytest_pipeline.adapters.locust_load.account import ACCOUNT
from pytest_pipeline.adapters.locust_load.orders import Order
from pytest_pipeline.adapters.locust_load.records import ProcessRecord, read_records
from pytest_pipeline.domain.load import LoadSpec
from pytest_pipeline.domain.load_settings import host_and_port

#: Time for processes of this machine to be ready, and for workers of others, seconds.
READY_S = 60.0
COME_S = 300.0
_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class CrewRecords:
    """What all processes recorded.

    Attributes:
        records: The records, those of other machines by the clock of this one.
        problems: Who was lost or never came, in words.
    """

    records: tuple[ProcessRecord, ...]
    problems: tuple[str, ...] = ()


def order_for(spec: LoadSpec) -> Order | None:
    """Return the order for a load of several processes; None where one makes it alone."""
    source = spec.source
    if source.single:
        return None
    host, port = host_and_port(source.listen) if source.workers else (_LOOPBACK, _free_port())
    return Order(
        processes=source.processes,
        workers=source.workers,
        host=host,
        port=port,
        wait_s=COME_S if source.workers else READY_S,
        stop_timeout_s=spec.stop_timeout_s,
        version=own_version(),
        variables=tuple(spec.variables),
    )


def own_version() -> str:
    """Return the version of this package, which all machines of a load must have."""
    return metadata.version("pytest-pipeline-gates")


def read_crew(folder: Path, order: Order | None) -> CrewRecords:
    """Read the records of all processes of a load.

    Args:
        folder: Folder for records.
        order: How the load was made; None for one process.
    """
    records = read_records(folder)
    if order is None:
        return CrewRecords(records)
    try:
        account = json.loads((folder / ACCOUNT).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return CrewRecords(records, ("the master of the load died before it had all records",))
    others: Sequence[ProcessRecord] = [
        record.shifted(member["shift_s"])
        for member in account["members"]
        for record in read_records(folder / f"worker-{member['index']}")
    ]
    return CrewRecords((*records, *others), tuple(account["problems"]))


def _free_port() -> int:
    with socket.socket() as free:
        free.bind((_LOOPBACK, 0))
        port: int = free.getsockname()[1]
    return port
