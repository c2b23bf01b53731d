"""Serving load tests of another machine."""

from __future__ import annotations

from pytest_pipeline.wiring.screens import standard_progress

# ruff: noqa: PLC0415 - adapters are imported when they are first needed


def serve_load_tests(*, address: str, name: str, for_s: float, url: str) -> int:
    """Serve load tests of another machine until the time is over; says on the screen what it does.

    Args:
        address: Where the load test listens, ``HOST:PORT``.
        name: Name of this machine, as the load test knows it.
        for_s: How long, seconds, > 0.
        url: Where this machine reaches the environment; empty for where the load test does.

    Returns:
        How many were served.

    Raises:
        ConfigError: If the address or the name cannot be.
        LoadError: If a load test refuses this worker.
        MissingExtraError: If Locust is not installed.
    """
    from pytest_pipeline.adapters.locust_load.load_worker import LoadWorker, WorkerOrder
    from pytest_pipeline.adapters.processes import GuardedProcesses
    from pytest_pipeline.adapters.system_clock import SystemClock

    clock = SystemClock()
    with GuardedProcesses(clock=clock) as processes:
        worker = LoadWorker(processes, clock, standard_progress())
        return worker.serve(WorkerOrder(address, name, for_s, url))
