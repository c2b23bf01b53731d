"""Differences of policies as a table of text."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_pipeline.domain.policy_changes import PolicyChange

_HEAD = ("what", "last promoted", "now", "")


def policy_table(changes: Sequence[PolicyChange]) -> str:
    """Return changes as a table, one line each, columns aligned; empty without changes."""
    if not changes:
        return ""
    rows = [_HEAD, *((each.place, each.old, each.new, _meaning(each)) for each in changes)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )
    return "\n".join(f"    {line}" for line in lines)


def _meaning(change: PolicyChange) -> str:
    return f"{change.kind}, {change.remark}" if change.remark else str(change.kind)
