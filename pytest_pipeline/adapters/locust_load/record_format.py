"""The format of a record: blocks that are whole or not there, whatever became of their writer.

A file is `MAGIC`, a byte for the order of bytes, and then blocks: kind, length, checksum, content.
A block of kind `MARK` is a JSON array (see `recorder`). One of kind `REQUESTS` holds the requests
that finished since the one before: first what is new of the table of ``[method, name, failure]``,
as JSON, and then three columns: begins in seconds and response times in milliseconds, as doubles,
and places in the table.
"""

from __future__ import annotations

import json
import struct
import sys
import zlib
from array import array
from collections.abc import Iterator, Sequence
from typing import TypeAlias

#: First bytes of a record; the digit is the version of the format.
MAGIC = b"PPL1"
#: How the names of records end.
SUFFIX = ".record"
#: Kinds of blocks.
MARK, REQUESTS = b"M", b"R"
#: Method, name, and why it failed; requests that have these in common share an entry of the table.
Kind: TypeAlias = tuple[str, str, str | None]
#: Begins, response times, and places in the table.
Columns: TypeAlias = tuple["array[float]", "array[float]", "array[int]"]

_ORDERS = {"little": b"<", "big": b">"}
_HEAD = struct.Struct("<cII")
_COUNTS = struct.Struct("<II")


def beginning() -> bytes:
    """Return what a file begins with."""
    return MAGIC + _ORDERS[sys.byteorder]


def columns() -> Columns:
    """Return empty columns."""
    return array("d"), array("d"), array("I")


def block(kind: bytes, content: bytes) -> bytes:
    """Return a block."""
    return _HEAD.pack(kind, len(content), zlib.crc32(content)) + content


def requests_block(kinds: Sequence[Kind], written: Columns) -> bytes:
    """Return a block of requests.

    Args:
        kinds: What is new in the table.
        written: The columns, of equal lengths.
    """
    table = json.dumps(kinds, separators=(",", ":")).encode()
    counts = _COUNTS.pack(len(written[0]), len(table))
    return block(REQUESTS, b"".join((counts, table, *(each.tobytes() for each in written))))


def blocks(raw: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield kind and content of the blocks of a record, up to where it was torn.

    Nothing of what this format did not write: another version, another order of bytes.
    """
    if not raw.startswith(beginning()):
        return
    place = len(beginning())
    while place + _HEAD.size <= len(raw):
        kind, length, checksum = _HEAD.unpack_from(raw, place)
        place += _HEAD.size
        content = raw[place : place + length]
        if len(content) < length or zlib.crc32(content) != checksum:
            return
        yield kind, content
        place += length


def read_requests(content: bytes) -> tuple[list[Kind], Columns]:
    """Return what a block of requests adds to the table, and its columns."""
    count, length = _COUNTS.unpack_from(content)
    place = _COUNTS.size + length
    kinds = [tuple(each) for each in json.loads(content[_COUNTS.size : place])]
    read = columns()
    for each in read:
        end = place + count * each.itemsize
        each.frombytes(content[place:end])
        place = end
    return kinds, read
