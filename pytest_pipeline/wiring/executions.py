"""Executions, and what this process is."""

from __future__ import annotations

import atexit
import os
import platform
import secrets
import time
from datetime import UTC, datetime
from functools import cache
from importlib import metadata
from typing import TYPE_CHECKING

from pytest_pipeline.domain.redaction import Redactor, secrets_among
from pytest_pipeline.domain.vouching import voucher_of
from pytest_pipeline.engine.execution import Execution, Interpreter
from pytest_pipeline.engine.ledger import ExecutionRecord
from pytest_pipeline.wiring.toolbox import WiredToolbox

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_pipeline.domain.handoffs import EnvironmentHandoff
    from pytest_pipeline.engine.ports import LoadRunner

# ruff: noqa: PLC0415 - adapters are imported when they are first needed


def begin_execution(tools: WiredToolbox, *, kind: str, started_s: float | None = None) -> Execution:
    """Begin an execution and write it to the ledger.

    Args:
        tools: The toolbox.
        kind: See `ExecutionRecord`.
        started_s: When its process began, on the monotonic clock; None for now.

    Raises:
        SourceError: If the revision could not be determined.
    """
    execution = draft_execution(tools, kind=kind, started_s=started_s)
    tools.ledger.begin_execution(
        ExecutionRecord(execution.id, kind, execution.started, None, None, execution.summary())
    )
    return execution


def draft_execution(tools: WiredToolbox, *, kind: str, started_s: float | None = None) -> Execution:
    """Return an execution that nobody hears of: see `begin_execution`."""
    now = datetime.now(UTC)
    return Execution(
        id=f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(2)}",
        kind=kind,
        tools=tools,
        started_s=time.monotonic() if started_s is None else started_s,
        started=tools.clock.utc(),
        interpreter=interpreter(),
        redactor=Redactor(secrets_among(os.environ)),
        voucher=voucher_of(tools.trust, tools.signer.key if tools.signer else None),
    )


def interpreter() -> Interpreter:
    """Return the Python that runs this process, with what is installed in it."""
    installed = {
        each.metadata["Name"]: each.version for each in metadata.distributions() if each.metadata
    }
    return Interpreter(platform.python_version(), dict(sorted(installed.items())))


@cache
def load_runner() -> LoadRunner:
    """Return what runs load tests of this process: Locust, in a process of its own."""
    from pytest_pipeline.adapters.locust_load import LocustRunner
    from pytest_pipeline.adapters.processes import GuardedProcesses
    from pytest_pipeline.adapters.system_clock import SystemClock

    processes = GuardedProcesses(clock=SystemClock())
    atexit.register(processes.close)
    return LocustRunner(processes)


def load_progress(folder: Path) -> str:
    """Return in one line how the load goes that a stage makes now; empty where it makes none.

    Args:
        folder: Folder of the stage.
    """
    from pytest_pipeline.adapters.locust_load.pulses import read_pulse

    return str(read_pulse(folder) or "")


def counted_load_runner(runner: LoadRunner, counts_at: str) -> LoadRunner:
    """Return what holds the results of a runner against what the router got.

    Args:
        runner: Makes the load.
        counts_at: Where the router says that (`Router.counts_at`); empty where nobody knows.
    """
    from pytest_pipeline.adapters.envoy.request_ledger import EnvoyRequestLedger
    from pytest_pipeline.engine.counted_load import CountedLoadRunner

    return CountedLoadRunner(runner, EnvoyRequestLedger(counts_at) if counts_at else None)


def trusted_load_runner(environment: EnvironmentHandoff) -> LoadRunner:
    """Return what runs load tests of this process so that their results can be trusted.

    They are held against the router's counts, and say under which conditions they came about.

    Args:
        environment: What is put under load.
    """
    from pytest_pipeline.adapters.load_conditions import ConditionsHere
    from pytest_pipeline.domain.load_conditions import environment_condition
    from pytest_pipeline.engine.load_conditions import DescribedLoadRunner

    return DescribedLoadRunner(
        counted_load_runner(load_runner(), environment.counts_at),
        ConditionsHere(),
        environment_condition(environment),
    )
