"""The ledger of a load: what the generator sent has to be what the router got."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_pipeline.domain.load import LoadResult


@dataclass(frozen=True)
class SentRequests:
    """What the generator's HTTP clients sent.

    Attributes:
        answered: Requests that got an answer, those that a redirect was followed to included; each
            passed the router. Count.
        unanswered: Requests without one: refused, dropped, or cut off. Each may have passed the
            router, or not; count.
        own: Requests that clients of the users' own reported, which may be of any kind; count.
    """

    answered: int = 0
    unanswered: int = 0
    own: int = 0


@dataclass(frozen=True)
class RouterCount:
    """How many requests a router had got by one moment.

    Attributes:
        requests: Requests of its whole life at the address that is loaded; None where unknown.
        unknown: Why that is not known and cannot be, in words: the load goes past every router.
        failure: Why it could not be read although it should, in words.
    """

    requests: int | None = None
    unknown: str = ""
    failure: str = ""


def reconciled(result: LoadResult, before: RouterCount, after: RouterCount) -> LoadResult:
    """Return a result that is invalid unless the router got what the generator sent.

    Where nobody can know what the router got, the result says so in a remark. So it does where
    clients of the users' own, of which nobody knows what they send, leave room for a difference.

    Args:
        result: What the generator measured.
        before: What the router had got before the first request.
        after: What it had got after the last one.
    """
    unknown = (
        before.unknown or after.unknown or ("" if result.sent else "nobody counted what was sent")
    )
    if unknown:
        return _remarked(result, f"not reconciled with the router: {unknown}")
    failure = before.failure or after.failure
    if failure or before.requests is None or after.requests is None or result.sent is None:
        return _invalid(result, f"what the router got cannot be told: {failure or 'unknown'}")
    got, sent = after.requests - before.requests, result.sent
    if got < 0:
        return _invalid(
            result, "what the router got cannot be told: its counters fell, it was started anew"
        )
    most = sent.answered + sent.unanswered + sent.own
    if got < sent.answered:
        return _invalid(result, _fewer(got, sent))
    if got > most:
        return _invalid(result, _more(got, most))
    if sent.own:
        return _remarked(
            result,
            f"reconciled with the router but for {sent.own} requests of clients of the users' own",
        )
    return result


def _fewer(got: int, sent: SentRequests) -> str:
    return (
        f"the router got {got} of {sent.answered} answered requests: {sent.answered - got} went "
        "past it; request paths, not absolute URLs, in the locustfile, and see where redirects go"
    )


def _more(got: int, most: int) -> str:
    return (
        f"the router got {got} requests, Locust's clients sent {most}: {got - most} were sent "
        "again unseen, or by somebody else at the same time (another client or test, a kept "
        "environment in use, a client in the locustfile beside self.client)"
    )


def _remarked(result: LoadResult, remark: str) -> LoadResult:
    return replace(result, remarks=(*result.remarks, remark))


def _invalid(result: LoadResult, problem: str) -> LoadResult:
    return replace(result, problems=(*result.problems, problem))


def sent_from_record(record: object) -> SentRequests | None:
    """Read what `dataclasses.asdict` wrote; None where nothing was counted."""
    if not isinstance(record, Mapping):
        return None
    return SentRequests(*(int(record[name]) for name in ("answered", "unanswered", "own")))
