"""When two requests are the same one, and what the second of them is told."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from orders.domain.order import Wish

# Longer than a request can take (inventory budget, database waits), so that a claim is
# only ever taken over from an instance that died.
LEASE = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it goes over the wire, kept to be repeated byte for byte."""

    status: int
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The right to answer the request of one key, and to create this order for it."""

    key: str
    fingerprint: str
    order_id: str
    claimed_at: datetime
    answer: Answer | None = None


class Decision(Enum):
    """What to do with a request whose key is already claimed."""

    REPLAY = auto()
    WAIT = auto()
    TAKE_OVER = auto()
    REFUSE = auto()


def fingerprint(wish: Wish) -> str:
    """Return a digest of what is asked for; the order of lines does not matter."""
    lines = sorted((line.sku, line.quantity) for line in wish.lines)
    text = json.dumps([wish.customer, lines], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def decide(claimed: Claim, again: Claim) -> Decision:
    """Decide what a repeated request is told, given the claim that came first."""
    if claimed.fingerprint != again.fingerprint:
        return Decision.REFUSE
    if claimed.answer is not None:
        return Decision.REPLAY
    if again.claimed_at - claimed.claimed_at >= LEASE:
        return Decision.TAKE_OVER
    return Decision.WAIT
