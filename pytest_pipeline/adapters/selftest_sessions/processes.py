"""Runs a command to its end, or ends its whole process group."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

#: What a session gets to end in order after Ctrl-C, seconds.
_GRACE_S = 20.0


def run_to_end(
    argv: Sequence[str], *, cwd: Path, env: Mapping[str, str], log: Path, timeout_s: float
) -> int | None:
    """Run a command and return its exit code, negative for a signal; None at its deadline.

    Nothing of its process group is left, whatever ends this call.

    Args:
        argv: Program and arguments.
        cwd: Working directory.
        env: Its whole environment.
        log: File for its output, standard error included.
        timeout_s: Longest duration, seconds, > 0.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - the interpreter, with arguments of ours
            argv,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        return process.wait(timeout_s)
    except subprocess.TimeoutExpired:
        return None
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)  # fixtures are torn down, environments ended
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE_S)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(_GRACE_S)
