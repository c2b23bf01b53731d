"""Overwrites what this process was started with, and bytes that Python cannot change.

What the environment holds at the start of a process can be read, as long as it lives, by whoever
may read `/proc/PID/environ`, also after the variable was unset: its bytes themselves have to go.
Nothing here may copy them: what a copy leaves in freed memory nobody finds again to overwrite it.
"""

from __future__ import annotations

import ctypes
import re
import sys
from pathlib import Path

#: Where `/proc/PID/stat` has the bounds of the initial environment; counted after the name.
_ENV_START, _ENV_END = 47, 48
#: Shorter values may be objects that the interpreter shares.
_SHORTEST_BYTES = 16


def wipe_variable(name: str) -> None:
    """Overwrite the value of an environment variable, wherever libc and the kernel have it.

    It stays set, to nothing that can be read; take it out of `os.environ` after.
    """
    libc = ctypes.CDLL(None)
    libc.getenv.restype, libc.getenv.argtypes = ctypes.c_void_p, [ctypes.c_char_p]
    libc.strlen.restype, libc.strlen.argtypes = ctypes.c_size_t, [ctypes.c_void_p]
    found = libc.getenv(name.encode())
    if found:
        ctypes.memset(found, 0, libc.strlen(found))
    if sys.platform == "linux":
        _wipe_initial(name)


def wipe_bytes(value: bytes) -> None:
    """Overwrite a bytes object: what else refers to it sees zeros."""
    if sys.implementation.name == "cpython" and len(value) >= _SHORTEST_BYTES:
        ctypes.memset(id(value) + sys.getsizeof(b"") - 1, 0, len(value))


def _wipe_initial(name: str) -> None:
    """Overwrite what follows an assignment in the block that the kernel laid out."""
    start, end = _bounds()
    block = (ctypes.c_char * (end - start)).from_address(start)
    assignment = rb"(?:\A|\0)" + re.escape(name.encode()) + rb"=([^\0]*)"
    for found in re.finditer(assignment, memoryview(block).cast("B")):
        first, last = found.span(1)
        ctypes.memset(start + first, 0, last - first)


def _bounds() -> tuple[int, int]:
    """Return where the initial environment begins and ends; the same twice where that is hidden."""
    text = Path("/proc/self/stat").read_bytes()
    fields = text[text.rindex(b")") + 2 :].split()
    return int(fields[_ENV_START]), int(fields[_ENV_END])
