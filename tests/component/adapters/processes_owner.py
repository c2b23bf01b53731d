"""An owner of processes for the kill tests; run as a script.

It starts several kinds of processes, prints a line of JSON for each, then ends as it is told.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from pytest_pipeline.adapters.processes import GuardedProcesses
from pytest_pipeline.adapters.system_clock import SystemClock
from pytest_pipeline.engine.ports import Command

CLOCK = SystemClock()
DAEMON = """
import os, time
if os.fork(): os._exit(0)
os.setsid()
if os.fork(): os._exit(0)
time.sleep(300)
"""
STUBBORN = "trap '' TERM; while :; do sleep 1; done"
KINDS = {
    "plain": ("sleep", "300"),
    "stubborn": ("sh", "-c", STUBBORN),
    "daemon": (sys.executable, "-S", "-E", "-c", DAEMON),
    "kept": ("sleep", "301"),
    "promised": ("sleep", "304"),
    "group": ("sh", "-c", "sleep 302 & sleep 303 & wait"),
}


def main(ending: str, folder: Path) -> None:
    processes = GuardedProcesses(clock=CLOCK, records=folder / "records")
    data = folder / "data"
    processes.guard_folder(data)
    data.mkdir()
    for kind, argv in KINDS.items():
        command = Command(
            argv=argv, cwd=folder, env=dict(os.environ), log=folder / f"{kind}.log", name=kind
        )
        started = processes.start(command, keep=kind in ("kept", "promised"))
        if kind == "kept":  # the promised one is never handed over
            processes.hand_over()
        tell(kind=kind, pid=started.pid, guardian=processes.guardian_pid)
    tell(kind="all")
    if ending == "fork":
        fork_a_holder_of_the_pipe()
    if ending == "close":
        processes.close()
    if ending in ("wait", "fork"):
        wait()


def fork_a_holder_of_the_pipe() -> None:
    child = os.fork()
    if child == 0:
        wait()
    tell(kind="forked", pid=child)


def wait() -> None:
    """Wait for a signal; not by `signal.pause`, which waits on for one that came just before it."""
    while True:
        CLOCK.sleep(0.1)


def tell(**line: object) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
