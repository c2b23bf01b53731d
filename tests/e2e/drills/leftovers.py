"""Finds what a pipeline has running, and what it left behind."""

from __future__ import annotations

import contextlib
import os
import signal
from dataclasses import dataclass
from pathlib import Path

import psutil

from pytest_pipeline.adapters.processes import marks
from tests.e2e.drills.waiting import becomes_true


@dataclass(frozen=True)
class Belongings:
    """Processes that belong to a drill: by their mark, or by their folder.

    Attributes:
        folder: Everything that works in it, names it on its command line, or has it in its
            environment belongs to the drill.
        token: So does what carries this token, which pipelines pass on to all they start.
    """

    folder: Path
    token: str

    def running(self) -> dict[int, str]:
        """Return number and command line of every process that runs."""
        found = {}
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if process.pid != os.getpid() and self._owns(process):
                    found[process.pid] = _command_of(process)
        return found

    def find(self, word: str) -> list[int]:
        """Return the numbers of processes with a word in their command line, lowest first."""
        return sorted(pid for pid, command in self.running().items() if word in command)

    def end(self) -> None:
        """Kill all of them."""
        for pid in self.running():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        becomes_true(lambda: not self.running(), within_s=5)

    def _owns(self, process: psutil.Process) -> bool:
        if process.status() in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD):
            return False
        place = str(self.folder)
        words = [*process.cmdline(), _cwd(process)]
        environment = _environment(process)
        return (
            any(place in word for word in words)
            or self.token in environment.get(marks.OWNER, "").split()
            or any(place in value for value in environment.values())
        )


def _command_of(process: psutil.Process) -> str:
    return " ".join(process.cmdline()) or process.name()


def _cwd(process: psutil.Process) -> str:
    try:
        return process.cwd() or ""
    except psutil.Error:
        return ""


def _environment(process: psutil.Process) -> dict[str, str]:
    try:
        return process.environ()
    except psutil.Error:
        return {}
