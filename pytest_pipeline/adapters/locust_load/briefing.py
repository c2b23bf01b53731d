"""What a machine is told that may take part in a load. Runs in the master's process."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from pytest_pipeline.adapters.locust_load.orders import Order


def briefing_of(order: Order, arguments: Sequence[str]) -> dict[str, Any]:
    """Return the briefing; it may hold secrets.

    Args:
        order: How the load is made.
        arguments: Those of the generator, without the folder.
    """
    load_data = import_module("pytest_pipeline.load_data")
    locustfile = Path(arguments[list(arguments).index("-f") + 1])
    data = os.environ.get(load_data.FILE_VARIABLE)
    return {
        "arguments": list(arguments),
        "processes": order.processes,
        "locustfile": locustfile.read_text(encoding="utf-8"),
        "variables": {name: os.environ[name] for name in order.variables},
        "data": Path(data).read_text(encoding="utf-8") if data else None,
    }
