"""Whether this process of the generator is alone, leads others, or is led. Runs in its process."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_pipeline.adapters.locust_load.orders import read_order
from pytest_pipeline.adapters.locust_load.worker import Part, Worker

if TYPE_CHECKING:
    from locust.env import Environment


def locust_options(plan: str) -> list[str]:
    """Return what is to be told to Locust of a load of several processes.

    Args:
        plan: The generator's plan, as JSON.
    """
    order = read_order(Path(json.loads(plan)["folder"]))
    if order is None:
        return []
    kind = ["--master"] if order.workers else ["--processes", str(order.processes)]
    listen = ["--master-bind-host", order.host, "--master-bind-port", str(order.port)]
    reach = ["--master-host", order.host, "--master-port", str(order.port)]
    return [*kind, *listen, *reach]


def attach(
    environment: Environment, folder: Path, *, arguments: Sequence[str], name: str, part: Part
) -> Callable[[], None] | None:
    """Take part in a load of several processes, if this is one.

    Args:
        environment: Locust's, with its runner.
        folder: Folder for records.
        arguments: Those of the process.
        name: Name of the machine, of a worker of another one; empty for this one.
        part: The listener of this process.

    Returns:
        What ends the load, of the one that leads it; None for others.
    """
    role = type(environment.runner).__name__
    if role == "WorkerRunner":
        Worker(environment, folder, name, part).attach()
        return None
    order = read_order(folder)
    if order is None:
        return None
    end: Callable[[], None] = import_module("pytest_pipeline.adapters.locust_load.master").attach(
        environment, order, folder, arguments
    )
    return end
