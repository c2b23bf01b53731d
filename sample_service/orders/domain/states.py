"""The life of an order.

::

    placed ── pay ──► paid ── ship ──► shipped
      │                 │
    cancel            cancel
      ▼                 ▼
    cancelled        refunded
"""

from enum import StrEnum


class Status(StrEnum):
    """Where an order stands."""

    PLACED = "placed"
    PAID = "paid"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


class Action(StrEnum):
    """What can be asked of an order."""

    PAY = "pay"
    SHIP = "ship"
    CANCEL = "cancel"


class TransitionError(ValueError):
    """The action is not possible where the order stands."""


_TRANSITIONS = {
    (Status.PLACED, Action.PAY): Status.PAID,
    (Status.PLACED, Action.CANCEL): Status.CANCELLED,
    (Status.PAID, Action.SHIP): Status.SHIPPED,
    (Status.PAID, Action.CANCEL): Status.REFUNDED,
    # Repeating an action is harmless: the first answer may have been lost on its way.
    (Status.PAID, Action.PAY): Status.PAID,
    (Status.SHIPPED, Action.SHIP): Status.SHIPPED,
    (Status.CANCELLED, Action.CANCEL): Status.CANCELLED,
    (Status.REFUNDED, Action.CANCEL): Status.REFUNDED,
}


def after(status: Status, action: Action) -> Status:
    """Return the status that ``action`` leads to.

    Raises:
        TransitionError: If the action is not possible there.
    """
    try:
        return _TRANSITIONS[status, action]
    except KeyError:
        raise TransitionError(f"cannot {action} an order that is {status}") from None


def holds_stock(status: Status) -> bool:
    """Return whether an order in this status keeps its stock from others."""
    return status not in {Status.CANCELLED, Status.REFUNDED}
