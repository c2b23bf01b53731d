"""Requests that the probe marks, so that the router can say what became of each of them."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_pipeline.domain.traffic import BY_AN_INSTANCE

#: Carried by every request of the probe: the token of the probe and a running number.
MARKER_HEADER = "x-pipeline-probe"


@dataclass(frozen=True)
class RoutedRequest:
    """What the router saw of a marked request.

    Attributes:
        marker: Its marker, ``3f2a9c01-17``.
        status: Status of the answer, 100-599; 0 when there was none.
        details: `traffic.BY_AN_INSTANCE`, or why the router answered itself.
        flags: What went wrong, in the router's own letters; empty for nothing.
        release: Name of the release it was passed to; empty when it was passed to none.
        instance: Identifier of the instance that it was passed to last; empty for none.
        attempts: How often it was passed to an instance; count, >= 0.
        duration_ms: From its arrival to the end of the answer, milliseconds.
    """

    marker: str
    status: int
    details: str
    flags: str
    release: str
    instance: str
    attempts: int
    duration_ms: float

    @property
    def answered_by_instance(self) -> bool:
        """Whether an instance answered it."""
        return self.details == BY_AN_INSTANCE


def marker_of(token: str, number: int) -> str:
    """Return the marker of a request.

    Args:
        token: Token of the probe, one per start.
        number: Running number of the request, >= 1.
    """
    return f"{token}-{number}"


def token_of(marker: str) -> str:
    """Return the token of a marker; empty for what is no marker."""
    return marker.rpartition("-")[0]
