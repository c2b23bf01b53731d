"""Messages over a pipe: four bytes of length, then as many bytes; each with a deadline."""

from __future__ import annotations

import os
import select
import struct
import time

_HEAD = struct.Struct(">I")
#: No statement is larger; whoever says so talks nonsense.
LARGEST_BYTES = 1 << 26


def send(descriptor: int, message: bytes | bytearray, *, timeout_s: float) -> None:
    """Write a message.

    Args:
        descriptor: Of a pipe, not blocking.
        message: What is written.
        timeout_s: How long the reader may take, seconds.

    Raises:
        TimeoutError: If the reader takes longer.
        OSError: If nobody reads any more.
    """
    deadline_s = time.monotonic() + timeout_s
    for part in (_HEAD.pack(len(message)), message):
        view = memoryview(part)
        while view:
            _await(deadline_s, writable=descriptor)
            view = view[os.write(descriptor, view) :]


def receive(descriptor: int, *, timeout_s: float) -> bytes:
    """Read a message.

    Args:
        descriptor: Of a pipe.
        timeout_s: How long the writer may take, seconds.

    Raises:
        TimeoutError: If the writer takes longer.
        EOFError: If the writer is gone.
    """
    deadline_s = time.monotonic() + timeout_s
    (size,) = _HEAD.unpack(_exactly(descriptor, _HEAD.size, deadline_s))
    if size > LARGEST_BYTES:
        raise EOFError(f"a message of {size} bytes is none")
    return _exactly(descriptor, size, deadline_s)


def _exactly(descriptor: int, size: int, deadline_s: float) -> bytes:
    found = b""
    while len(found) < size:
        _await(deadline_s, readable=descriptor)
        chunk = os.read(descriptor, size - len(found))
        if not chunk:
            raise EOFError("the other side is gone")
        found += chunk
    return found


def _await(deadline_s: float, *, readable: int | None = None, writable: int | None = None) -> None:
    readers, writers = [[each] if each is not None else [] for each in (readable, writable)]
    left_s = deadline_s - time.monotonic()
    if left_s <= 0 or not any(select.select(readers, writers, [], left_s)):
        raise TimeoutError("the other side says nothing")
