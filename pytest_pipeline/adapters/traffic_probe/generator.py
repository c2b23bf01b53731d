"""The generator's process: ``python -m pytest_pipeline.adapters.traffic_probe.generator``.

It sends until SIGTERM, then finishes what is under way and marks its record as complete. Without
SIGTERM it ends with its owner, or after its longest life, and leaves the record incomplete.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from pytest_pipeline.adapters.traffic_probe.connection_limit import connection_limit
from pytest_pipeline.adapters.traffic_probe.record import RecordWriter
from pytest_pipeline.adapters.traffic_probe.traffic import Traffic, TrafficSpec
from pytest_pipeline.adapters.traffic_probe.wording import worded
from pytest_pipeline.domain.environments import ProbeRoute

#: A probe that nobody stopped ends itself after an hour.
LONGEST_LIFE_S = 3600.0

_OWNER_CHECK_S = 0.5

#: Variable that holds the routes as JSON: header fields may be secrets,
#: and everybody sees arguments.
ROUTES_VARIABLE = "PIPELINE_PROBE_ROUTES"

_ABANDONED = 3


def main() -> int:
    """Run the generator as told by one JSON argument; return its exit code."""
    told = json.loads(sys.argv[1])
    routes = json.loads(os.environ.pop(ROUTES_VARIABLE, "[]")) or [{"path": told["path"]}]
    spec = traffic_spec(
        told["url"],
        tuple(ProbeRoute(**each) for each in routes),
        rate=told["rate"],
        timeout_s=told["timeout_s"],
        connections=told["connections"],
    )
    with Path(told["record"]).open("w", encoding="utf-8", buffering=1) as file:
        return asyncio.run(generate(spec, RecordWriter(file), owner=told["owner"]))


def traffic_spec(
    url: str, routes: tuple[ProbeRoute, ...], *, rate: float, timeout_s: float, connections: int
) -> TrafficSpec:
    """Return what is sent: requests below the router's base URL, with a token of their own."""
    split = urlsplit(url)
    return TrafficSpec(
        host=split.hostname or "127.0.0.1",
        port=split.port or 80,
        requests=worded(routes, host=split.netloc, token=secrets.token_hex(4)),
        rate=rate,
        timeout_s=timeout_s,
        connections=connections,
        most_connections=connection_limit(rate=rate, timeout_s=timeout_s, connections=connections),
    )


async def generate(
    spec: TrafficSpec, record: RecordWriter, *, owner: int, longest_life_s: float = LONGEST_LIFE_S
) -> int:
    """Send until SIGTERM, or until nobody wants the traffic any more.

    Args:
        spec: What is sent.
        record: Where every request goes.
        owner: Process number of the owner.
        longest_life_s: After this long it gives up, seconds.

    Returns:
        0 when the record is complete, else 3.
    """
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stopping.set)
    loop.add_signal_handler(signal.SIGINT, lambda: None)
    sending = asyncio.create_task(Traffic(spec, record.add).run(stopping))
    deadline_s = time.monotonic() + longest_life_s
    while not sending.done():
        await asyncio.wait([sending], timeout=_OWNER_CHECK_S)
        if not sending.done() and (time.monotonic() > deadline_s or not _lives(owner)):
            sys.stderr.write("the owner is gone, or the longest life is over: giving up\n")
            return _ABANDONED
    sending.result()
    record.finish()
    return 0


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


if __name__ == "__main__":
    sys.exit(main())
