"""A mount namespace of our own: what is mounted there vanishes with the last of our processes."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from pytest_pipeline.adapters.small_disk import system_calls


def enter_namespace() -> str:
    """Enter a mount namespace; to be called before anything else is started.

    Whoever is not root enters a user namespace as well, in which one is still oneself. Whether
    that works is tried in a process of its own first: half of it would leave us without our name.

    Returns:
        Why it cannot be done here, for people; empty when it was.
    """
    if not sys.platform.startswith("linux"):
        return f"a small disk needs Linux (tmpfs, mount namespaces), this is {sys.platform}"
    if not _works_in_a_child():
        return (
            "a small disk cannot be mounted here: the system refuses mount namespaces to this "
            "user; run as root, or allow unprivileged user namespaces"
        )
    try:
        _enter()
    except OSError as error:
        return f"a small disk cannot be mounted here: {error}"
    return ""


def _works_in_a_child() -> bool:
    child = os.fork()
    if child == 0:
        status = 1
        try:
            _enter()
            system_calls.mount_tmpfs(Path("/tmp"), size_bytes=4096)  # noqa: S108 - seen by nobody
            status = 0
        finally:
            os._exit(status)  # whatever happened: what follows is the parent's to do
    return os.waitpid(child, 0)[1] == 0


def _enter() -> None:
    user, group = os.geteuid(), os.getegid()
    if user == 0:
        system_calls.unshare(system_calls.CLONE_NEWNS)
    else:
        system_calls.unshare(system_calls.CLONE_NEWUSER | system_calls.CLONE_NEWNS)
        for name, text in (
            ("setgroups", "deny"),
            ("uid_map", f"{user} {user} 1"),
            ("gid_map", f"{group} {group} 1"),
        ):
            Path("/proc/self", name).write_text(text, encoding="ascii")
    system_calls.keep_mounts_private()
