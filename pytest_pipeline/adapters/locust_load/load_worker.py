"""Serves load tests of another machine, one after another."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from pytest_pipeline.adapters.locust_load.crew_records import own_version
from pytest_pipeline.domain.load_contents import FOREIGN_VARIABLES
from pytest_pipeline.domain.load_settings import are_workers, host_and_port
from pytest_pipeline.engine.ports import Clock, Command, Processes
from pytest_pipeline.engine.progress import Progress
from pytest_pipeline.errors import ConfigError, LoadError, MissingExtraError

_LOOK_S = 0.1
#: Before it asks again after a load that could not be begun, seconds.
_PAUSE_S = 2.0
#: Time for a load to end when the time of this is over, seconds.
_GRACE_S = 2.0


@dataclass(frozen=True)
class WorkerOrder:
    """Whom a worker serves.

    Attributes:
        address: Where the load test listens, ``HOST:PORT``.
        name: Name of this machine, as the load test knows it.
        for_s: How long it serves, seconds, > 0.
        url: Where this machine reaches the environment; empty for where the load test does.
    """

    address: str
    name: str
    for_s: float
    url: str = ""


class LoadWorker:
    """Serves load tests of another machine.

    Args:
        processes: Runs the generator.
        clock: Time.
        progress: Where it says what it does.
    """

    def __init__(self, processes: Processes, clock: Clock, progress: Progress) -> None:
        self._processes = processes
        self._clock = clock
        self._progress = progress

    def serve(self, order: WorkerOrder) -> int:
        """Serve one load test after another until the time is over.

        Returns:
            How many were served.

        Raises:
            ConfigError: If the address or the name cannot be.
            LoadError: If a load test refuses this worker.
            MissingExtraError: If Locust is not installed.
        """
        host, port = host_and_port(order.address)
        if not are_workers((order.name,)):
            raise ConfigError(f"--name: got {order.name!r}, wanted a name such as '10.0.0.5'")
        if not list(metadata.distributions(name="locust")):
            raise MissingExtraError("load workers", "load")
        deadline_s = self._clock.now() + order.for_s
        self._progress.line(
            f"worker {order.name} waits for load tests at {order.address}, for {order.for_s:g} s; "
            "Ctrl-C ends it"
        )
        served = 0
        while self._clock.now() < deadline_s:
            told = {
                "host": host,
                "port": port,
                "name": order.name,
                "url": order.url,
                "version": own_version(),
                "id": f"{order.name}-{secrets.token_hex(4)}",
            }
            served += self._serve_one(told, deadline_s)
        return served

    def _serve_one(self, told: Mapping[str, Any], deadline_s: float) -> bool:
        """Take part in a load; return whether it was taken part in to the end."""
        folder = Path(tempfile.mkdtemp(prefix="pipeline-load-worker-"))
        try:
            command = _command({**told, "folder": str(folder)}, folder)
            begun = self._processes.run(
                command, timeout_s=max(deadline_s - self._clock.now(), _LOOK_S)
            )
            if begun.exit_code is None:  # the time is over
                return False
            return self._judge(begun.exit_code, begun.output, _outcome(folder))
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _judge(self, exit_code: int, output: str, outcome: Mapping[str, Any]) -> bool:
        if "refused" in outcome:
            raise LoadError(f"the load test refuses this worker: {outcome['refused']}")
        if exit_code == 0 and "failed" not in outcome:
            self._progress.line("a load was served; waiting for the next one")
            return True
        said = [line.strip() for line in output.splitlines() if line.strip()]
        reason = outcome.get("failed") or (said[-1] if said else f"exit code {exit_code}")
        self._progress.line(f"a load could not be served: {reason}")
        self._clock.sleep(_PAUSE_S)
        return False


def _command(told: Mapping[str, Any], folder: Path) -> Command:
    script = Path(__file__).with_name("recruit.py")
    return Command(
        # -P: the folder of the script holds modules of ours that are nobody's to import.
        argv=(sys.executable, "-P", str(script), json.dumps(told)),
        cwd=folder,
        env={
            name: value
            for name, value in os.environ.items()
            if not name.startswith(FOREIGN_VARIABLES)
        },
        log=folder / "worker.log",
        name=f"load worker {told['name']}",
    )


def _outcome(folder: Path) -> Mapping[str, Any]:
    try:
        found: dict[str, Any] = json.loads((folder / "outcome.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found
