"""What must never be seen, whatever goes wrong."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Invariant(StrEnum):
    """What holds at any time, or in the end."""

    CAPACITY = "capacity is never taken below the minimum"
    HEALTHY_WHEN_NAMED = "traffic goes to instances that were ready when first named"
    KNOWN = "traffic goes to running instances of known releases at their addresses"
    WEIGHTS = "weights add up to 100, or to 0 where nothing serves"
    UNTRAFFICKED_STOP = "nothing is stopped that gets traffic or answers"
    SINGLE = "an instance runs once"
    ORPHAN = "whatever survives its controller is written down"
    ANNOUNCED = "what is done was journalled before, and its outcome after"
    TERMINATION = "it ends"
    NO_BUG = "no internal error"
    COMPLETE = "in the end one complete healthy release serves, and nothing else runs"
    LEDGER = "the ledger's promoted release is the one that serves"
    CLOSED = "the journal says that the deployment is over"
    FROZEN = "frozen only when irreversible"
    WAY_BACK = "without a further fault the way back does not fail"
    WATCHED = "no wait ends well while an alarm fires or has no data"
    UNDISTURBED = "without a fault a deployment succeeds"
    IDEMPOTENT = "to resume again, or after a death in it, comes to the same"


@dataclass(frozen=True)
class Violation:
    """One violation.

    Attributes:
        invariant: What did not hold.
        text: What was seen.
        event: Number of the event after which it was seen; count.
    """

    invariant: Invariant
    text: str
    event: int

    def __str__(self) -> str:
        """Return the violation in words."""
        return f"{self.invariant}: {self.text} (event {self.event})"
