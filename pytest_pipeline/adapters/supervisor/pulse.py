"""What a glance at a kept environment's record and processes tells."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

#: Creation times move by a second when the time of day is set.
_TOLERANCE_S = 1.5
#: The entry with which a journal ends is shorter, bytes.
_ENDED_BYTES = 1024


@dataclass(frozen=True)
class Pulse:
    """How an environment is.

    Attributes:
        is_gone: Whether it is not kept any more.
        is_deploying: Whether a deployment is open.
        dead: What died, for people.
    """

    is_gone: bool = False
    is_deploying: bool = False
    dead: tuple[str, ...] = ()


def feel(record: Path) -> Pulse:
    """Look at a record and at the processes that it names.

    A record that cannot be read is passed over: it is being replaced, or wants a person.
    """
    try:
        kept = json.loads(record.read_text(encoding="utf-8"))
        named = tuple(_processes(kept))
    except FileNotFoundError:
        return Pulse(is_gone=True)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Pulse()
    dead = tuple(name for name, process in named if not _runs(process))
    return Pulse(is_deploying=_is_open(record, kept.get("deployment")), dead=dead)


def _is_open(record: Path, deployment: str | None) -> bool:
    """Return whether a deployment is not over; its journal knows that before the record does."""
    if not deployment:
        return False
    journal = record.parent.parent / "journal" / f"{deployment}.jsonl"
    try:
        with journal.open("rb") as file:
            file.seek(-min(file.seek(0, os.SEEK_END), _ENDED_BYTES), os.SEEK_END)
            last = file.read().rstrip(b"\n").rsplit(b"\n", 1)[-1]
        return bool(json.loads(last).get("kind") != "ended")
    except (OSError, ValueError, AttributeError):  # not there, or its last line is being written
        return True


def _processes(kept: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if process := kept["router"].get("process"):
        yield "the router", process
    for instance in kept["instances"]:
        yield instance["id"], instance


def _runs(process: Mapping[str, Any]) -> bool:
    try:
        found = psutil.Process(int(process["pid"]))
        same = abs(found.create_time() - float(process["created"])) <= _TOLERANCE_S
        return same and found.status() not in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
    except psutil.Error:
        return False
