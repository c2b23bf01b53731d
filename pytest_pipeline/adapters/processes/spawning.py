"""Starts one process: own session, no input, output appended to its log."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Mapping

from pytest_pipeline.engine.ports import Command
from pytest_pipeline.errors import TargetStartError


def spawn(command: Command, env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a command with an environment of ours instead of its own.

    Raises:
        TargetStartError: If it cannot be started; names what is wrong.
    """
    uid, gid = _user(command)
    log = _open_log(command)
    try:
        return subprocess.Popen(  # noqa: S603 - running configured commands is the purpose
            command.argv,
            cwd=command.cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=uid,
            group=gid,
            extra_groups=None if uid is None else [],
        )
    except (OSError, ValueError, IndexError, subprocess.SubprocessError) as error:
        raise TargetStartError(f"cannot start {command.name}: {_reason(command, error)}") from error
    finally:
        os.close(log)


def _user(command: Command) -> tuple[int | None, int | None]:
    """Return the user and group to change to; None for the own."""
    if command.user is None:
        return None, None
    try:
        entry = pwd.getpwnam(command.user)
    except KeyError:
        raise TargetStartError(
            f"cannot start {command.name}: this system has no user {command.user!r}"
        ) from None
    if entry.pw_uid == os.geteuid():
        return None, None
    return entry.pw_uid, entry.pw_gid


def _open_log(command: Command) -> int:
    try:
        command.log.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        return os.open(command.log, flags, 0o600)
    except OSError as error:
        raise TargetStartError(
            f"cannot start {command.name}: its log {command.log} cannot be written:"
            f" {error.strerror}; make the folder writable"
        ) from error


def _reason(command: Command, error: Exception) -> str:
    """Say what is wrong; never the environment, which may hold secrets."""
    if not command.argv:
        return "its command is empty"
    program = command.argv[0]
    if not command.cwd.is_dir():
        return f"its working directory {command.cwd} does not exist"
    match error:
        case FileNotFoundError() if "/" in program:
            return f"the program {program} does not exist"
        case FileNotFoundError():
            path = command.env.get("PATH", "")
            return f"the program {program!r} was not found; PATH is {path!r}"
        case PermissionError() if command.user is not None and os.geteuid() != 0:
            return f"only root may start it as user {command.user!r}"
        case PermissionError():
            return f"the program {program} may not be executed"
        case OSError():
            return f"{program}: {error.strerror}"
        case _:
            return f"{program}: {type(error).__name__}"
