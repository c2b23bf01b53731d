"""The traffic probe: implements `engine.ports.TrafficProbe` with a generator process."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from pytest_pipeline.adapters.traffic_probe.generator import ROUTES_VARIABLE
from pytest_pipeline.adapters.traffic_probe.record import (
    IncompleteRecordError,
    has_begun,
    read_record,
)
from pytest_pipeline.domain.environments import ProbeSpec
from pytest_pipeline.domain.fleets import ProcessIdentity
from pytest_pipeline.domain.traffic import RequestSample
from pytest_pipeline.engine.ports import Clock, Command, Processes
from pytest_pipeline.errors import LoadError, TargetStartError

_GENERATOR = "pytest_pipeline.adapters.traffic_probe.generator"

#: For a Python that starts on a machine that is out of breath.
_START_ALLOWANCE_S = 15.0
_STOP_ALLOWANCE_S = 5.0
_POLL_S = 0.005


class GeneratorProbe:
    """Starts generators.

    Args:
        processes: Starts and guards them.
        clock: For their deadlines.
    """

    def __init__(self, processes: Processes, clock: Clock) -> None:
        self._processes = processes
        self._clock = clock

    def start(self, url: str, spec: ProbeSpec, *, folder: Path) -> RunningGenerator:
        """Start sending; returns when the first request was answered or given up.

        Args:
            url: Base URL of the router.
            spec: What is sent and how often.
            folder: Existing folder for its record and log; an earlier record is replaced.

        Raises:
            LoadError: If the generator does not start.
        """
        record, log = folder / "traffic.jsonl", folder / "traffic.log"
        told = {**asdict(spec), "url": url, "record": str(record), "owner": os.getpid()}
        routes = json.dumps(told.pop("routes"))
        command = Command(
            argv=(sys.executable, "-P", "-m", _GENERATOR, json.dumps(told)),
            cwd=folder,
            env={**os.environ, ROUTES_VARIABLE: routes},
            log=log,
            name="traffic probe",
        )
        try:
            for leftover in (record, log):
                leftover.unlink(missing_ok=True)
            process = self._processes.start(command)
        except (OSError, TargetStartError) as error:
            raise LoadError(f"the traffic probe did not start: {error}") from error
        running = RunningGenerator(
            self._processes, process, record=record, log=log, timeout_s=spec.timeout_s
        )
        try:
            self._await_first_request(running, spec)
        except BaseException:
            self._processes.stop(process, grace_s=0)
            raise
        return running

    def _await_first_request(self, running: RunningGenerator, spec: ProbeSpec) -> None:
        allowed_s = _START_ALLOWANCE_S + spec.timeout_s
        deadline = self._clock.now() + allowed_s
        while not has_begun(running.record):
            if not running.is_running():
                raise running.failure("ended at its start")
            if self._clock.now() > deadline:
                raise running.failure(f"sent nothing within {allowed_s:g} s")
            self._clock.sleep(_POLL_S)


class RunningGenerator:
    """Traffic under way: implements `engine.ports.RunningProbe`."""

    def __init__(
        self,
        processes: Processes,
        process: ProcessIdentity,
        *,
        record: Path,
        log: Path,
        timeout_s: float,
    ) -> None:
        self.process = process
        self.record = record
        self._processes = processes
        self._log = log
        self._timeout_s = timeout_s

    def is_running(self) -> bool:
        """Return whether the generator runs."""
        return self._processes.is_running(self.process)

    def stop(self) -> tuple[RequestSample, ...]:
        """End the traffic, wait for answers under way, and return every request.

        Raises:
            LoadError: If the generator died or its record is incomplete.
        """
        self._processes.stop(self.process, grace_s=self._timeout_s + _STOP_ALLOWANCE_S)
        try:
            return read_record(self.record)
        except (OSError, IncompleteRecordError) as error:
            raise self.failure(f"left an incomplete record ({error})") from error

    def failure(self, what: str) -> LoadError:
        """Return an error of this generator with what it said."""
        try:
            said = self._log.read_text(encoding="utf-8", errors="replace")[-2000:]
        except OSError:
            said = ""
        return LoadError(
            f"the traffic probe {what}: what clients saw is not known; its record is "
            f"{self.record}, its log {self._log}; run the deployment again",
            output=said,
        )
