"""Texts for Markdown as GitHub shows it: whatever they hold, they are shown and do nothing."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

#: Characters with a meaning in Markdown, among them those of mentions and of links.
_UNKNOWN = "\N{REPLACEMENT CHARACTER}"
_ACTIVE = "\\`*_{}[]()#+!|~@:$"


def inline(text: str) -> str:
    """Return a text for the inside of a line or a table's cell."""
    shown = "".join(each if each.isprintable() else " " for each in text)
    escaped = escape(shown, quote=False)
    return "".join(f"&#{ord(each)};" if each in _ACTIVE else each for each in escaped)


def block(text: str) -> str:
    """Return a text as a block of code; no line of it ends the block."""
    kept = (each if each.isprintable() or each in "\n\t" else _UNKNOWN for each in text)
    return f"<pre>{escape(''.join(kept), quote=False)}</pre>"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table; the cells are Markdown already."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(each)} |" for each in lines)
