"""Envoy's log."""

from __future__ import annotations

from pathlib import Path

LOG_NAME = "envoy.log"

_REASON_MARK = "[config]"


def log_tail(log: Path, *, lines: int = 20) -> str:
    """Return the last lines of a log; empty if there are none."""
    try:
        text = log.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-lines:])


def refusal_reason(log: Path) -> str:
    """Return what Envoy said last about its configuration."""
    said = [line for line in log_tail(log).splitlines() if _REASON_MARK in line]
    return said[-1].split("] ")[-1] if said else f"see {log}"
