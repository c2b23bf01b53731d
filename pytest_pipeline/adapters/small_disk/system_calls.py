"""The few system calls of Linux that mount a file system where only this command sees it."""

from __future__ import annotations

import ctypes
import os
from functools import cache
from pathlib import Path

CLONE_NEWNS = 0x00020000
CLONE_NEWUSER = 0x10000000
_MS_REC = 0x4000
_MS_SLAVE = 0x80000
_MNT_DETACH = 2


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def unshare(flags: int) -> None:
    """Leave namespaces.

    Raises:
        OSError: If the system refuses.
    """
    _call("unshare", ctypes.c_int(flags))


def keep_mounts_private() -> None:
    """Let nothing that is mounted from now on be seen outside; what others mount is still seen.

    Raises:
        OSError: If the system refuses.
    """
    _mount(b"none", b"/", None, _MS_REC | _MS_SLAVE, None)


def mount_tmpfs(folder: Path, *, size_bytes: int) -> None:
    """Mount a file system in memory.

    Raises:
        OSError: If the system refuses.
    """
    options = f"size={size_bytes},mode=0755".encode()
    _mount(b"pytest-pipeline", os.fsencode(folder), b"tmpfs", 0, options)


def unmount(folder: Path) -> None:
    """Take a file system away; what is still open there ends with its users.

    Raises:
        OSError: If the system refuses.
    """
    _call("umount2", ctypes.c_char_p(os.fsencode(folder)), ctypes.c_int(_MNT_DETACH))


def _mount(
    source: bytes, target: bytes, kind: bytes | None, flags: int, options: bytes | None
) -> None:
    _call(
        "mount",
        ctypes.c_char_p(source),
        ctypes.c_char_p(target),
        ctypes.c_char_p(kind),
        ctypes.c_ulong(flags),
        ctypes.c_char_p(options),
    )


def _call(name: str, *arguments: object) -> None:
    ctypes.set_errno(0)
    if getattr(_libc(), name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
