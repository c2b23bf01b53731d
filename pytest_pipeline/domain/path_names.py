"""Paths as text that can be hashed, printed and read back, whatever bytes a file name holds."""

from __future__ import annotations

import re

# What a file name may hold and a line of text may not: the line's end, bytes that are not UTF-8
# (Python shows them as lone surrogates), and the mark that announces them.
_UNPRINTABLE = re.compile("[\\\\\n\udc80-\udcff]")
_WRITTEN = re.compile(r"\\(\\|n|x[0-9a-f]{2})")


def write_path(name: str) -> str:
    r"""Return a path as one line of text.

    Args:
        name: The path as the system's functions give it (``os.fsdecode``).

    Returns:
        The same text, with ``\\`` for a backslash, ``\n`` for a line's end and ``\xe9`` for a
        byte that is not UTF-8, so that no two paths have one text.
    """

    def text_of(found: re.Match[str]) -> str:
        character = found[0]
        if character == "\\":
            return "\\\\"
        return "\\n" if character == "\n" else f"\\x{ord(character) - 0xDC00:02x}"

    return _UNPRINTABLE.sub(text_of, name)


def read_path(text: str) -> str:
    """Return the path that ``write_path`` wrote, for the system's functions."""

    def character_of(found: re.Match[str]) -> str:
        mark = found[1]
        if mark.startswith("x"):
            return chr(0xDC00 + int(mark[1:], 16))
        return "\n" if mark == "n" else "\\"

    return _WRITTEN.sub(character_of, text)
