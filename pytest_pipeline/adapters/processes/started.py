"""What this process started, as it runs now; and its violent end, for drills."""

from __future__ import annotations

import contextlib
import os
import signal

from pytest_pipeline.adapters.processes.family import owned
from pytest_pipeline.adapters.processes.guarded import GuardedProcesses
from pytest_pipeline.adapters.processes.table import running, scan
from pytest_pipeline.domain.fleets import ProcessIdentity


class GuardedSurvey:
    """Looks at guarded processes by their marks.

    Args:
        processes: Started them.
    """

    def __init__(self, processes: GuardedProcesses) -> None:
        self._processes = processes

    def running(self) -> tuple[tuple[str, ProcessIdentity], ...]:
        """Return what runs, also what only its mark still connects with what was started.

        Each has the name of what was started, for people; of what is unknown its number.
        """
        names = self._processes.names()
        seen = owned(scan(), self._processes.token)
        return tuple(
            (
                next((names[each] for each in reversed(one.marks) if each in names), ""),
                one.identity,
            )
            for one in sorted(seen, key=lambda one: one.identity.pid)
        )

    def kill(self, process: ProcessIdentity) -> None:
        """Kill a process group with SIGKILL; nothing if it is gone."""
        if running(process):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
