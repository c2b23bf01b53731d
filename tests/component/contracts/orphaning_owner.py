"""Launches an instance as processes that are kept, tells of it, and waits to be killed.

Run as a program; its argument is the request as JSON, with ``handed_over``.
"""

from __future__ import annotations

import json
import signal
import sys
from dataclasses import asdict
from pathlib import Path

from pytest_pipeline.adapters.process_target import ProcessTarget
from pytest_pipeline.adapters.processes import GuardedProcesses
from pytest_pipeline.adapters.system_clock import SystemClock
from pytest_pipeline.engine.ports import LaunchRequest


def main(asked: dict) -> None:  # type: ignore[type-arg]
    """Launch, tell, wait."""
    handed_over = asked.pop("handed_over")
    argv, cwd, log = tuple(asked.pop("argv")), Path(asked.pop("cwd")), Path(asked.pop("log"))
    request = LaunchRequest(**asked, argv=argv, cwd=cwd, log=log)
    processes = GuardedProcesses(clock=SystemClock())
    instance = ProcessTarget(processes, keep=True).launch(request)
    if handed_over:
        processes.hand_over()
    sys.stdout.write(json.dumps(asdict(instance)) + "\n")
    sys.stdout.flush()
    signal.pause()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
