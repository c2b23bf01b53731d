"""The owner's end of the pipe to its guardian."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import subprocess
import sys
from pathlib import Path

from pytest_pipeline.adapters.processes import guardian, marks
from pytest_pipeline.adapters.processes.belongings import Belongings
from pytest_pipeline.adapters.processes.watching import LEAVE
from pytest_pipeline.errors import TargetStartError

#: Longest wait for a guardian to be ready (0.1 s on an idle machine) and to leave.
_READY_S = 20.0
_LEAVE_S = 5.0
#: What the Docker client and the search for programs may need; the rest is not the guardian's.
_VARIABLES = ("PATH", "HOME", "SSH_AUTH_SOCK", "TMPDIR")


class Lifeline:
    """Keeps a guardian that knows what the owner has; a dead one is replaced when told more.

    Not thread-safe: its user holds a lock.

    Args:
        token: Token of the owner.
        records: Folder of the owner's record; None for none.
    """

    def __init__(self, token: str, records: Path | None) -> None:
        self._token = token
        self._records = records
        self._guardian: subprocess.Popen[bytes] | None = None

    @property
    def guardian_pid(self) -> int | None:
        """Number of the guardian's process; None before the first."""
        return self._guardian.pid if self._guardian else None

    def tell(self, belongings: Belongings) -> None:
        """Let the guardian know what the owner has now; starts it if none runs.

        Raises:
            TargetStartError: If no guardian can be started.
        """
        line = belongings.to_json().encode() + b"\n"
        for _ in range(2):  # it may die between the look and the write
            if self._guardian is None or self._guardian.poll() is not None:
                self._replace()
            if self._write(line):
                return
        raise TargetStartError("the guardian of started processes died twice; is memory short?")

    def close(self) -> None:
        """Let the guardian go: the owner has cleaned up itself."""
        if self._guardian is None:
            return
        self._write(LEAVE + b"\n")
        self._hang_up(self._guardian)
        try:
            self._guardian.wait(_LEAVE_S)
        except subprocess.TimeoutExpired:
            self._guardian.kill()
            self._guardian.wait(_LEAVE_S)
        self._guardian = None

    def _replace(self) -> None:
        if self._guardian is not None:
            self._hang_up(self._guardian)
        hello = {
            "path": [_home_of("pytest_pipeline"), _home_of("psutil"), *_absolute(sys.path)],
            "owner": os.getpid(),
            "records": str(self._records.resolve()) if self._records else None,
        }
        self._guardian = _start(self._token, json.dumps(hello).encode() + b"\n")

    def _write(self, data: bytes) -> bool:
        """Return whether the guardian could be written to."""
        if self._guardian is None or self._guardian.stdin is None:
            return False
        try:
            self._guardian.stdin.write(data)
            self._guardian.stdin.flush()
        except (BrokenPipeError, ValueError):
            return False
        return True

    @staticmethod
    def _hang_up(dead: subprocess.Popen[bytes]) -> None:
        if dead.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                dead.stdin.close()


def _home_of(package: str) -> str:
    """Return the folder from which a loaded package was imported."""
    return str(Path(str(sys.modules[package].__file__)).resolve().parent.parent)


def _absolute(entries: list[str]) -> list[str]:
    return [str(Path(entry).resolve()) for entry in entries if entry]


def _start(token: str, hello: bytes) -> subprocess.Popen[bytes]:
    env = {
        name: value
        for name, value in os.environ.items()
        if name in _VARIABLES or name.startswith("DOCKER_")
    }
    flags = ["-I", "-S", *(["-B"] if sys.dont_write_bytecode else [])]
    try:
        started = subprocess.Popen(  # noqa: S603 - our own interpreter and file
            [sys.executable, *flags, guardian.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd="/",
            env={**env, marks.GUARDIAN: token},
            start_new_session=True,
        )
    except OSError as error:
        raise TargetStartError(
            f"cannot start the guardian of started processes: {error.strerror};"
            f" is {sys.executable} a working interpreter?"
        ) from error
    try:
        _greet(started, hello)
    except BaseException:
        started.kill()
        started.wait(_LEAVE_S)
        raise
    return started


def _greet(started: subprocess.Popen[bytes], hello: bytes) -> None:
    """Say hello, wait for the guardian's word, and hang up its output."""
    said = b""
    if started.stdin is None or started.stdout is None:
        return
    with started.stdout as output, selectors.DefaultSelector() as selector:
        selector.register(output, selectors.EVENT_READ)
        with contextlib.suppress(BrokenPipeError):  # then its output says why
            started.stdin.write(hello)
            started.stdin.flush()
        while not said.endswith(b"ready\n") and selector.select(_READY_S):
            chunk = os.read(output.fileno(), 4096)
            if not chunk:
                break
            said += chunk
    if not said.endswith(b"ready\n"):
        raise TargetStartError(
            f"the guardian of started processes did not start within {_READY_S:g} s:"
            " without it they could outlive this command",
            output=said.decode(errors="replace"),
        )
