"""Counts what the router must have got of the generator's requests. Runs in its process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pytest_pipeline.adapters.locust_load.instruments import STARTED
from pytest_pipeline.domain.load_ledger import SentRequests

if TYPE_CHECKING:
    from locust.env import Environment

    from pytest_pipeline.adapters.locust_load.recorder import Totals


def attach(environment: Environment, totals: Totals) -> None:
    """Count into ``totals`` from now on."""

    def count(
        context: Mapping[str, Any] | None = None, response: object = None, **_: object
    ) -> None:
        if not context or STARTED not in context:
            totals.own += 1
        elif getattr(response, "status_code", 0):
            totals.answered += 1
            # Clients follow redirects in what Locust takes for one request.
            totals.redirects += len(getattr(response, "history", None) or ())

    events: Any = environment.events  # which has no types
    events.request.add_listener(count)


def sent_requests(senders: Sequence[Totals | None]) -> SentRequests | None:
    """Return what all processes sent; None when one of them did not tell.

    Args:
        senders: What each process that sends counted.
    """
    totals = [each for each in senders if each is not None]
    if not totals or len(totals) != len(senders):
        return None
    return SentRequests(
        answered=sum(each.answered + each.redirects for each in totals),
        unanswered=sum(each.begun - each.answered for each in totals),
        own=sum(each.own for each in totals),
    )
