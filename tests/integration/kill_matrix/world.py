"""A world of instances and a router that outlives its controllers: a file of what happened.

One line an event, appended with one write. What is true now is what the lines add up to.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

WORLD = "world.jsonl"


@dataclass
class WorldState:
    """What is true after some events.

    Attributes:
        running: Instances that run, by process number.
        pending: Those of them that end with their controller.
        table: What the router sends where, as JSON values.
        events: How many events there were; count.
    """

    running: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    pending: set[int] = field(default_factory=set)
    table: Mapping[str, Any] = field(default_factory=lambda: {"pools": []})
    events: int = 0

    def add(self, event: Mapping[str, Any]) -> None:
        """Take over what an event changed."""
        self.events += 1
        match event["event"]:
            case "launched":
                self.running[event["pid"]] = event
                self.pending.add(event["pid"])
            case "handed over":
                self.pending.clear()
            case "stopped" | "ended by its guardian":
                self.running.pop(event["pid"], None)
                self.pending.discard(event["pid"])
            case "routed":
                self.table = event["table"]
            case _:
                pass

    @property
    def names(self) -> list[str]:
        """Identifiers of the instances that run, sorted."""
        return sorted(each["id"] for each in self.running.values())

    def backends(self, *, serving: bool = False) -> list[Mapping[str, Any]]:
        """Return the backends of the table; only those that get new requests of clients."""
        return [
            backend
            for pool in self.table["pools"]
            for backend in pool["backends"]
            if not serving or (pool["weight_percent"] and backend["state"] == "serving")
        ]

    def alive(self, backend: Mapping[str, Any]) -> bool:
        """Return whether the instance behind a backend runs."""
        return any(
            each["id"] == backend["instance"] and each["port"] == backend["port"]
            for each in self.running.values()
        )


class World:
    """The world in a folder.

    Args:
        folder: The folder.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / WORLD
        self.state = WorldState()
        for event in history(folder):
            self.state.add(event)

    def happen(self, event: str, **facts: object) -> None:
        """Let something happen; it has when this returns, whatever becomes of the process."""
        entry = {"event": event, **facts}
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(descriptor, json.dumps(entry).encode() + b"\n")
        finally:
            os.close(descriptor)
        self.state.add(json.loads(json.dumps(entry)))

    def lose_controller(self) -> None:
        """End what was not handed over, as guardians do when their owner is gone."""
        for pid in sorted(self.state.pending):
            self.happen("ended by its guardian", pid=pid)

    def lose_instance(self, number: int) -> None:
        """End one of the instances that run, by its number among them, counted in a circle."""
        running = sorted(self.state.running)
        if running:
            self.happen("stopped", pid=running[number % len(running)])


def history(folder: Path) -> Iterator[Mapping[str, Any]]:
    """Yield every event of the world in a folder, in order."""
    path = folder / WORLD
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)
