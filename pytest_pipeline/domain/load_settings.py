"""Where the load of a stage comes from: how many processes, on which machines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pytest_pipeline.domain.load_types import is_count
from pytest_pipeline.errors import ConfigError

#: Where workers of other machines are awaited unless somebody says otherwise: nowhere but here.
LOOPBACK_LISTEN = "127.0.0.1:5557"
MOST_PROCESSES = 256
_ADDRESS = re.compile(r"([A-Za-z0-9_.-]+):([0-9]{1,5})")
_WORKER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
_HIGHEST_PORT = 65535


@dataclass(frozen=True)
class LoadSettings:
    """Where the load of a stage comes from.

    Attributes:
        processes: Processes that send requests, on each of the machines; count, 1-256.
        workers: Machines that send them, by name or address; empty for this one alone.
        listen: Where workers of other machines are awaited, ``HOST:PORT``.
    """

    processes: int = 1
    workers: tuple[str, ...] = ()
    listen: str = LOOPBACK_LISTEN

    def __post_init__(self) -> None:
        """Refuse what cannot be.

        Raises:
            ConfigError: Names every value that is wrong.
        """
        wrong = [
            f"{name} must be {wanted}, got {value!r}"
            for name, value, wanted, right in (
                (
                    "processes",
                    self.processes,
                    f"1-{MOST_PROCESSES}",
                    is_count(self.processes) and 1 <= self.processes <= MOST_PROCESSES,
                ),
                ("workers", list(self.workers), WORKERS_WANTED, are_workers(self.workers)),
                ("listen", self.listen, LISTEN_WANTED, is_address(self.listen)),
            )
            if not right
        ]
        if wrong:
            raise ConfigError("load test: " + "; ".join(wrong))

    def with_processes(self, processes: int) -> LoadSettings:
        """Return these with another number of processes."""
        return replace(self, processes=processes)

    @property
    def single(self) -> bool:
        """Whether one process sends everything."""
        return self.processes == 1 and not self.workers

    @property
    def worker_commands(self) -> tuple[str, ...]:
        """What is to be run on each of the machines."""
        return tuple(worker_command(self.listen, name) for name in self.workers)

    @property
    def senders(self) -> int:
        """Processes that send requests, on all machines together; count."""
        return self.processes * max(len(self.workers), 1)


#: What is wanted of addresses and names.
LISTEN_WANTED = "HOST:PORT with a port of 1-65535, such as '10.0.0.1:5557'"
WORKERS_WANTED = "different names of letters, digits, '.', '-' and '_', such as '10.0.0.5'"


def worker_command(address: str, name: str) -> str:
    """Return the command that starts a worker on another machine.

    Args:
        address: Where the load test listens, ``HOST:PORT``.
        name: Name of the machine.
    """
    return f"pytest-pipeline load worker {address} --name {name}"


def is_address(text: str) -> bool:
    """Return whether a text is ``HOST:PORT``."""
    found = _ADDRESS.fullmatch(text)
    return found is not None and 1 <= int(found[2]) <= _HIGHEST_PORT


def are_workers(names: tuple[str, ...]) -> bool:
    """Return whether these can be names of workers: well-formed, and each once."""
    return len({*names}) == len(names) and all(_WORKER.fullmatch(each) for each in names)


def host_and_port(address: str) -> tuple[str, int]:
    """Split ``HOST:PORT``.

    Raises:
        ConfigError: If it is none.
    """
    if not is_address(address):
        raise ConfigError(f"got the address {address!r}, wanted {LISTEN_WANTED}")
    host, _, port = address.rpartition(":")
    return host, int(port)


def settings_from_record(record: Mapping[str, Any] | None) -> LoadSettings:
    """Read settings as `dataclasses.asdict` wrote them; the defaults where there are none."""
    if not record:
        return LoadSettings()
    return LoadSettings(**{**record, "workers": tuple(record["workers"])})
