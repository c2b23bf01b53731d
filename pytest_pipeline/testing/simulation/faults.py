"""The faults that a simulated world suffers, and when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """What goes wrong, or what somebody asks."""

    LAUNCH_FAILS = "launch fails"
    NEVER_READY = "never ready"
    SLOW_READY = "slow to get ready"
    INSTANCE_DIES = "instance dies"
    HEALTH_FLAPS = "health flaps"
    STOP_FAILS = "stop fails"
    UPDATE_LOST = "router update lost"
    UPDATE_LATE = "router update late"
    ROUTER_DIES = "router dies"
    CONTROLLER_DIES = "controller dies"
    ALARM_FIRES = "alarm fires"
    ALARM_BLIND = "alarm data missing"
    PAUSE = "pause asked"
    RESUME = "resume asked"
    PROMOTE = "promotion asked"
    ABORT = "abort asked"
    HOOK_FAILS = "hook fails"
    SMOKE_FAILS = "smoke test fails"
    MIGRATION_FAILS = "migration fails"
    JOURNAL_FAILS = "journal not written"
    RECORD_FAILS = "record not written"


#: These wait for the next call that they can spoil; all others happen at once.
ARMED = frozenset(
    {
        FaultKind.LAUNCH_FAILS,
        FaultKind.NEVER_READY,
        FaultKind.SLOW_READY,
        FaultKind.STOP_FAILS,
        FaultKind.UPDATE_LOST,
        FaultKind.UPDATE_LATE,
        FaultKind.HOOK_FAILS,
        FaultKind.SMOKE_FAILS,
        FaultKind.MIGRATION_FAILS,
        FaultKind.JOURNAL_FAILS,
        FaultKind.RECORD_FAILS,
    }
)


#: These happen while no controller watches, too.
UNWATCHED = frozenset({FaultKind.INSTANCE_DIES, FaultKind.HEALTH_FLAPS, FaultKind.ROUTER_DIES})


@dataclass(frozen=True)
class Fault:
    """One fault.

    Attributes:
        kind: What.
        after_entries: Due when this many entries were journalled, of all deployments; count.
        after_calls: And when the controller has passed this many points since, each before or after
            a call that changes the world, writes or waits; count, >= 0.
        seconds: How long it lasts, seconds; infinity for ever.
        victim: Which of those that it may hit, as a share of their sorted list; 0 <= victim < 1.
    """

    kind: FaultKind
    after_entries: int
    after_calls: int
    seconds: float
    victim: float


class Storm:
    """The faults of one simulation, as they come due.

    Args:
        faults: All of them.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self._waiting = sorted(faults, key=lambda each: each.after_entries, reverse=True)
        self._near: list[tuple[int, Fault]] = []
        self._armed: Counter[FaultKind] = Counter()
        self._points = 0
        self._entries = 0

    def begin(self) -> None:
        """Count entries from now on."""
        self._entries = 0

    def add(self, fault: Fault) -> None:
        """Let a fault be due after so many points from now on, whatever was journalled."""
        self._near.append((self._points + fault.after_calls, fault))

    def entry(self) -> None:
        """Take note that something was journalled."""
        self._entries += 1
        while self._waiting and self._waiting[-1].after_entries <= self._entries:
            self.add(self._waiting.pop())

    def due(self) -> list[Fault]:
        """Return the faults that are due at the next point."""
        self._points += 1
        if not self._near:
            return []
        due = [fault for point, fault in self._near if point < self._points]
        if due:
            self._near = [each for each in self._near if each[0] >= self._points]
        return due

    def meanwhile(self) -> Fault | None:
        """Return a fault that happens before the next controller begins; None for none."""
        fault = next((each for each in self._waiting if each.kind in UNWATCHED), None)
        if fault is not None:
            self._waiting.remove(fault)
        return fault

    def arm(self, kind: FaultKind) -> None:
        """Let the next call of a kind fail."""
        self._armed[kind] += 1

    def takes(self, kind: FaultKind) -> bool:
        """Return whether this call is to fail, and forget it."""
        if not self._armed.get(kind):
            return False
        self._armed[kind] -= 1
        return True

    def end(self) -> None:
        """Let nothing go wrong any more."""
        self._waiting.clear()
        self._near.clear()
        self._armed.clear()
