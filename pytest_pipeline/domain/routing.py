"""What the router sends where."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class BackendState(StrEnum):
    """Whether a backend gets new requests."""

    SERVING = "serving"
    DRAINING = "draining"


@dataclass(frozen=True)
class Backend:
    """One instance behind the router.

    Attributes:
        instance: Identifier of the instance.
        host: Its address.
        port: Its port, 1-65535.
        state: Whether it gets new requests.
    """

    instance: str
    host: str
    port: int
    state: BackendState = BackendState.SERVING


@dataclass(frozen=True)
class Pool:
    """The instances of one release.

    Attributes:
        name: Name of the release, ``r7``.
        weight_percent: Share of new requests, 0-100.
        backends: Its instances.
    """

    name: str
    weight_percent: int
    backends: tuple[Backend, ...]


@dataclass(frozen=True)
class HeaderRoute:
    """Requests that one pool answers whatever its weight.

    Attributes:
        header: Name of the header, case-insensitive.
        value: Its exact value.
        pool: Name of the pool.
    """

    header: str
    value: str
    pool: str


class StickySource(StrEnum):
    """Where the value is found that makes requests stick to a pool."""

    HEADER = "header"
    COOKIE = "cookie"


@dataclass(frozen=True)
class Stickiness:
    """Requests with the same value are answered by the same pool while the weights stay.

    A request without the value is drawn by the weights.

    Attributes:
        source: Where the value is.
        name: Name of the header or cookie.
    """

    source: StickySource
    name: str


@dataclass(frozen=True)
class RoutingTable:
    """Everything behind the router: the weights of its pools are 100 in sum, or all 0.

    Where all are 0 nothing serves, and the router answers 503 itself.

    Attributes:
        pools: The releases; the order says nothing.
        preview: Name of the pool that the preview address leads to; empty for none, it answers
            503 then.
        testers: Requests that go by a header; None for none.
        sticky: What makes requests stick to a pool; None for a draw per request.
    """

    pools: tuple[Pool, ...] = ()
    preview: str = ""
    testers: HeaderRoute | None = None
    sticky: Stickiness | None = None

    def __post_init__(self) -> None:
        """Refuse tables that would send traffic nowhere.

        Raises:
            ValueError: If weights do not add up, or a weighted pool has no serving backend.
        """
        total = sum(pool.weight_percent for pool in self.pools)
        if total not in (0, 100):
            raise ValueError(f"weights add up to {total}, wanted 100")
        for pool in self.pools:
            serving = [b for b in pool.backends if b.state is BackendState.SERVING]
            if pool.weight_percent and not serving:
                raise ValueError(f"pool {pool.name} has weight but nothing that serves")
        able = {
            pool.name
            for pool in self.pools
            if any(b.state is BackendState.SERVING for b in pool.backends)
        }
        for name in filter(None, (self.preview, self.testers.pool if self.testers else "")):
            if name not in able:
                raise ValueError(f"requests are led to pool {name!r}, where nothing serves")
