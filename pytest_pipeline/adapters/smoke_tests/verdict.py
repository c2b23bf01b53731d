"""What the end of a session of smoke tests means: its exit status alone proves nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pytest_pipeline.domain.naming_some import some_of
from pytest_pipeline.engine.ports import Completed

_USAGE_ERROR = 4
_ERROR = "ERROR: "


def has_failed(result: Path) -> bool:
    """Return whether a test ran and failed; what could not be run has not.

    Args:
        result: Where the session wrote what its tests came to.
    """
    found = _read(result)
    return bool(found and found["failed"])


def complaint(done: Completed, result: Path, *, timeout_s: float) -> str:
    """Return why smoke tests did not pass; empty when they did.

    Args:
        done: The session that ended.
        result: Where it wrote what its tests came to.
        timeout_s: The deadline it had, seconds.
    """
    found = _read(result)
    if done.exit_code is None:
        why = "; ".join(found["problems"]) if found else ""
        return f"did not end within {timeout_s:g} s{f': {why}' if why else ''}"
    if done.exit_code == _USAGE_ERROR:
        return f"could not be run: {_refusal(done.output)}"
    if found is None:
        return f"ended with exit code {done.exit_code} before they had come to anything"
    return _shortcoming(found["measurements"], found["failed"], found["problems"])


def _read(result: Path) -> dict[str, Any] | None:
    try:
        return dict(json.loads(result.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return None


def _shortcoming(
    measurements: Mapping[str, Any], failed: Sequence[str], problems: Sequence[str]
) -> str:
    if measurements["tests.failed"]:
        return f"failed: {_failures(measurements, failed)}"
    if problems:
        return f"cannot be trusted: {'; '.join(problems)}"
    if not measurements["tests.executed"]:
        return (
            f"were not executed: {measurements['tests.collected']:g} collected, "
            f"{measurements['tests.skipped']:g} skipped, "
            f"{measurements['tests.xfailed']:g} expected to fail; wanted 1 that runs, at least"
        )
    return ""


def _failures(measurements: Mapping[str, Any], failed: Sequence[str]) -> str:
    said = []
    if failed:
        collected = measurements["tests.collected"]
        said.append(f"{len(failed)} of {collected:g} ({some_of(failed)})")
    broken = measurements["tests.failed"] - len(failed)
    if broken:
        said.append(f"{broken:g} modules or folders could not be collected")
    return " and ".join(said)


def _refusal(output: str) -> str:
    said = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line.removeprefix(_ERROR) for line in said if line.startswith(_ERROR)]
    return "; ".join(errors) or (said[-1] if said else "pytest said nothing")
