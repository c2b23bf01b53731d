"""The port `Processes`: every process is guarded, unless it is to be kept."""

from __future__ import annotations

import contextlib
import itertools
import os
import subprocess
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from pytest_pipeline.adapters.processes import marks
from pytest_pipeline.adapters.processes.belongings import Belongings
from pytest_pipeline.adapters.processes.cleaning import clean
from pytest_pipeline.adapters.processes.ending import end
from pytest_pipeline.adapters.processes.family import family
from pytest_pipeline.adapters.processes.lifeline import Lifeline
from pytest_pipeline.adapters.processes.records import remove_record, write_record
from pytest_pipeline.adapters.processes.spawning import spawn
from pytest_pipeline.adapters.processes.table import identify, require_psutil, running, scan
from pytest_pipeline.adapters.processes.yielding import give_way, take_full_share
from pytest_pipeline.domain.fleets import ProcessIdentity
from pytest_pipeline.engine.ports import Clock, Command, Completed
from pytest_pipeline.errors import StateError, TargetStartError

#: Time a command has to end after the SIGTERM at its deadline.
_RUN_GRACE_S = 2.0
#: Time the threads of a process have to end after it was killed.
_REAP_S = 2.0
_PAUSE_S = 0.01
#: Of a command's output, at most this much is returned: the end of it.
_OUTPUT_BYTES = 8 * 2**20


@dataclass(frozen=True)
class _Child:
    popen: subprocess.Popen[bytes]
    mark: str
    keep: bool
    name: str


class GuardedProcesses:
    """Starts processes that cannot outlive this one; thread-safe.

    Args:
        clock: Time.
        records: Folder for a record of what runs, for `sweep_abandoned`; None for none.

    Raises:
        MissingExtraError: If psutil is not installed.
    """

    def __init__(self, *, clock: Clock, records: Path | None = None) -> None:
        require_psutil()
        self._clock = clock
        self._records = records
        self._lock = threading.RLock()
        self._children: dict[ProcessIdentity, _Child] = {}
        self._counter = itertools.count()
        self._closed = False
        self.token = marks.mint()
        owner = identify(os.getpid()) or ProcessIdentity(os.getpid(), time.time())
        self._belongings = Belongings(token=self.token, owner=owner)
        self._lifeline = Lifeline(self.token, records)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def guardian_pid(self) -> int | None:
        """Number of the guardian's process; None before the first process."""
        return self._lifeline.guardian_pid

    def names(self) -> dict[str, str]:
        """Return the name of each process that was started here, by its mark."""
        with self._lock:
            return {child.mark: child.name for child in self._children.values()}

    def start(self, command: Command, *, keep: bool = False) -> ProcessIdentity:
        """Start a process and return at once.

        Args:
            command: What is started.
            keep: Let it survive this process, once `hand_over` was called.

        Raises:
            TargetStartError: If the program, or the guardian, cannot be started.
        """
        with self._lock:
            if self._closed:
                raise TargetStartError(f"cannot start {command.name}: everything was closed")
            self._reap()
            mark = f"{self.token}-{next(self._counter)}"
            # The guardian comes before the first process, and knows the mark of a kept one.
            self._now_has(self._belongings.with_pending(mark) if keep else self._belongings)
            env = marks.marked(command.env, token=self.token, mark=mark, keep=keep, own=os.environ)
            popen = spawn(command, env)
            if command.yielding:
                give_way(popen.pid)
            process = identify(popen.pid) or ProcessIdentity(popen.pid, time.time())
            self._children[process] = _Child(popen, mark, keep, command.name)
            try:
                if not keep:
                    self._now_has(self._belongings.with_process(process, command.name))
            except BaseException:
                self.stop(process, grace_s=0.0)
                raise
            return process

    def run(self, command: Command, *, timeout_s: float) -> Completed:
        """Run a command to its end, or end its group at the deadline.

        What it leaves in the background goes on until this is closed.

        Args:
            command: What is run; its log should be its own, its output is read from there.
            timeout_s: Longest duration, seconds, > 0.

        Raises:
            TargetStartError: If the program cannot be started.
        """
        begin = command.log.stat().st_size if command.log.exists() else 0
        process = self.start(command)
        deadline = self._clock.now() + timeout_s
        try:
            while self.is_running(process) and self._clock.now() < deadline:
                self._clock.sleep(_PAUSE_S)
            exit_code = self.exit_code(process)
        finally:
            if self.is_running(process):
                self.stop(process, grace_s=_RUN_GRACE_S)
            self._forget(process)
        return Completed(exit_code=exit_code, output=_read(command.log, begin))

    def is_running(self, process: ProcessIdentity) -> bool:
        """Return whether this very process still runs; a zombie does not."""
        child = self._children.get(process)
        if child is not None:
            # Not by its status: a leader whose threads still end is a zombie without exit code.
            return child.popen.poll() is None
        return running(process)

    def settle(self, process: ProcessIdentity) -> None:
        """Let a process that gave way have its full share; nothing if it is gone."""
        if self.is_running(process):
            take_full_share(process.pid, clock=self._clock)

    def exit_code(self, process: ProcessIdentity) -> int | None:
        """Return the exit code of a process started here, negative for a signal.

        None while it runs, and for processes of others.
        """
        child = self._children.get(process)
        return None if child is None else child.popen.poll()

    def stop(self, process: ProcessIdentity, *, grace_s: float) -> float:
        """End a process and all it started: SIGTERM, after ``grace_s`` SIGKILL.

        Processes of another owner, too. What it started has the whole grace period even when the
        process itself is gone, for it may be a shell whose server finishes its requests.

        Args:
            process: Which one; nothing happens if its number belongs to another by now.
            grace_s: Time between the signals, seconds, >= 0.

        Returns:
            From the first signal to the last look that found something alive, seconds.
        """
        child = self._children.get(process)
        mark = child.mark if child else None
        ended = end(
            lambda: family(scan(since=process.created), process, mark=mark),
            clock=self._clock,
            grace_s=grace_s,
        )
        if child is not None:
            # Its family is gone, but a leader has an exit code only when its last thread ended.
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.popen.wait(_REAP_S)
        self._forget(process)
        return ended.lasted_s

    def hand_over(self) -> None:
        """Let everything that was started or guarded with ``keep`` survive from now on."""
        with self._lock:
            if self._belongings.pending:
                self._now_has(self._belongings.handed_over())

    def guard_container(self, container_id: str, *, keep: bool = False) -> None:
        """Remove a Docker container when this process dies.

        Args:
            container_id: Its identifier or name.
            keep: Only until `hand_over`.
        """
        with self._lock:
            containers = (*self._belongings.containers, container_id)
            belongings = replace(self._belongings, containers=containers)
            self._now_has(belongings.with_pending(container_id) if keep else belongings)

    def forget_container(self, container_id: str) -> None:
        """Leave a container to itself from now on."""
        with self._lock:
            rest = tuple(one for one in self._belongings.containers if one != container_id)
            self._now_has(replace(self._belongings, containers=rest))

    def guard_folder(self, path: Path, *, keep: bool = False) -> None:
        """Delete a folder when this process dies.

        Args:
            path: The folder; need not exist.
            keep: Only until `hand_over`.
        """
        with self._lock:
            folder = str(path.resolve())
            belongings = replace(self._belongings, folders=(*self._belongings.folders, folder))
            self._now_has(belongings.with_pending(folder) if keep else belongings)

    def forget_folder(self, path: Path) -> None:
        """Leave a folder to itself from now on."""
        with self._lock:
            rest = tuple(one for one in self._belongings.folders if one != str(path.resolve()))
            self._now_has(replace(self._belongings, folders=rest))

    def close(self, *, grace_s: float = 3.0) -> None:
        """End and delete everything that is guarded; what was handed over goes on.

        Args:
            grace_s: Time between SIGTERM and SIGKILL, seconds.
        """
        with self._lock:
            if self._closed or os.getpid() != self._belongings.owner.pid:
                return  # in a forked child nothing is ours
            self._closed = True
            cleaned = clean(self._belongings, clock=self._clock, grace_s=grace_s, settle=False)
            self._lifeline.close()
            if self._records and cleaned.complete:
                remove_record(self._records, self.token)
            self._reap()
            for process, child in tuple(self._children.items()):
                if child.popen.returncode is None:
                    child.popen.returncode = 0  # ours no longer: no warning that it still runs
                    del self._children[process]

    def _forget(self, process: ProcessIdentity) -> None:
        with self._lock:
            self._reap()
            if not self._closed and process in self._belongings.leaders:
                with contextlib.suppress(StateError, TargetStartError):
                    # Untold it does no harm: nobody signals a process that is another by now.
                    self._now_has(self._belongings.without_process(process))

    def _now_has(self, belongings: Belongings) -> None:
        self._belongings = belongings
        if self._records:
            write_record(self._records, belongings)
        self._lifeline.tell(belongings)

    def _reap(self) -> None:
        for child in self._children.values():
            child.popen.poll()


def _read(log: Path, begin: int) -> str:
    with log.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(begin, size - _OUTPUT_BYTES))
        return file.read().decode(errors="replace")
