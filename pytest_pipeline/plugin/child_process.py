"""A child session as a process: how it is started, listened to, asked to stop and ended."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

#: How often a silent child is looked at; seconds. Its messages and its end wake us at once, this is
#: for one that died while something it started holds the channel open.
_LOOK_S = 0.25
_POLL_S = 0.01
_CHUNK_BYTES = 1 << 16


def pytest_command(arguments: Sequence[str]) -> list[str]:
    """Return the command that runs pytest as this one was run."""
    as_module = sys.argv[0].endswith("__main__.py")  # python -m pytest: the folder is importable
    flags = subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined]  # noqa: SLF001
    safe = [] if as_module else ["-P"]
    return [sys.executable, *flags, *safe, "-m", "pytest", *arguments]


class ChildProcess:
    """A running child session, leader of its own process group.

    The group gets signals from us alone, so that one Ctrl-C reaches the tests exactly once.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        pipes: ChildPipes,
        output: BinaryIO | None,
    ) -> None:
        self._pipes = pipes
        self._buffer = b""
        self._lines: deque[bytes] = deque()  # outlives an interrupt that falls between two of them
        self._process = subprocess.Popen(  # noqa: S603 - this very pytest, no shell
            command,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output is not None else None,
            pass_fds=pipes.of_child,
            process_group=0,
        )
        pipes.close_childs_ends()

    @property
    def pid(self) -> int:
        """Process id of the session, and of its group."""
        return self._process.pid

    def messages(self, deadline_s: float | None) -> Iterator[bytes]:
        """Yield message after message until the child has no more.

        Args:
            deadline_s: When to give up, on the monotonic clock; None for never.

        Raises:
            TimeoutError: At the deadline; may be called again after it.
        """
        ended = False
        while True:
            while self._lines:
                yield self._lines.popleft()
            left_s = None if deadline_s is None else deadline_s - time.monotonic()
            if left_s is not None and left_s <= 0:
                raise TimeoutError
            wait_s = _LOOK_S if left_s is None else min(_LOOK_S, left_s)
            if not select.select([self._pipes.report], [], [], wait_s)[0]:
                if ended:
                    return
                ended = self._has_ended()  # what it wrote before that is read first
                continue
            chunk = os.read(self._pipes.report, _CHUNK_BYTES)
            if not chunk:
                return
            *lines, self._buffer = (self._buffer + chunk).split(b"\n")
            self._lines.extend(lines)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the child's whole group."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def end(self, *, grace_s: float) -> int:
        """Wait for the child to exit, kill what is left of its group, return its exit status."""
        deadline_s = time.monotonic() + grace_s
        while not self._has_ended() and time.monotonic() < deadline_s:
            select.select([], [], [], _POLL_S)
        self.signal(signal.SIGKILL)  # before it is reaped: the group's number is still its own
        status = self._process.wait()
        self._pipes.close()
        return status

    def _has_ended(self) -> bool:
        options = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, self._process.pid, options) is not None


class ChildPipes:
    """The two pipes between controller and child: reports one way, the lifeline the other."""

    def __init__(self) -> None:
        self.report, self.childs_report = os.pipe()
        self.childs_lifeline, self._lifeline = os.pipe()

    @property
    def of_child(self) -> tuple[int, int]:
        """The descriptors that the child inherits."""
        return (self.childs_report, self.childs_lifeline)

    def close_childs_ends(self) -> None:
        """Close here what only the child may hold."""
        for descriptor in self.of_child:
            os.close(descriptor)

    def close(self) -> None:
        """Close the controller's ends."""
        os.close(self.report)
        os.close(self._lifeline)
