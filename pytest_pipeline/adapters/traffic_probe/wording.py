"""Requests as bytes. Runs in the generator's process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from pytest_pipeline.domain.environments import ProbeRoute
from pytest_pipeline.domain.marked_requests import MARKER_HEADER, marker_of
from pytest_pipeline.domain.turns import by_weight

#: Everything a path and query may hold; the rest is escaped, line ends among them.
_SAFE = "/?&=%:@!$'()*+,;~"

#: Methods whose answers have no body, whatever their header fields say.
_BODILESS = ("HEAD",)
#: Methods that say how long their body is, even where there is none.
_WITH_BODY = ("POST", "PUT", "PATCH")


@dataclass(frozen=True)
class Worded:
    """A request, ready to be sent.

    Attributes:
        text: Its bytes.
        route: Name of its route.
        marker: Its marker.
        bodiless: Whether its answer has no body.
    """

    text: bytes
    route: str
    marker: str
    bodiless: bool


def worded(routes: Iterable[ProbeRoute], *, host: str, token: str) -> Iterator[Worded]:
    """Yield requests for ever, their routes by turns.

    Args:
        routes: What is requested; at least one.
        host: What the requests name as their host.
        token: The probe's token.
    """
    listed = tuple(routes)
    for number, turn in enumerate(by_weight([each.weight for each in listed]), start=1):
        yield _word(listed[turn], host, token, number)


def _word(route: ProbeRoute, host: str, token: str, number: int) -> Worded:
    def filled(text: str) -> str:
        return text.replace("{n}", str(number)).replace("{token}", token)

    marker = marker_of(token, number)
    body = filled(route.body).encode()
    head = [f"{route.method} {quote(filled(route.path), safe=_SAFE)} HTTP/1.1", f"host: {host}"]
    head += [f"{name}: {filled(value)}" for name, value in route.headers.items()]
    if body or route.method in _WITH_BODY:
        head.append(f"content-length: {len(body)}")
    head.append(f"{MARKER_HEADER}: {marker}")
    text = "\r\n".join((*head, "", "")).encode("latin-1", "replace") + body
    return Worded(text, route.name, marker, route.method in _BODILESS)
