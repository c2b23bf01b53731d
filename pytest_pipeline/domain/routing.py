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
class RoutingTable:
    """Everything behind the router: the weights of its pools are 100 in sum, or all 0.

    Where all are 0 nothing serves, and the router answers 503 itself.
    """

    pools: tuple[Pool, ...] = ()

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
