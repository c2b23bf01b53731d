"""Client traffic that sends nothing."""

from __future__ import annotations

from pathlib import Path

from pytest_pipeline.domain.environments import ProbeSpec
from pytest_pipeline.domain.traffic import RequestSample


class SilentProbe:
    """Implements `engine.ports.TrafficProbe`, and the running probe: there are no requests.

    Attributes:
        starts: Address of each start, in order.
    """

    def __init__(self) -> None:
        self.starts: list[str] = []

    def start(self, url: str, spec: ProbeSpec, *, folder: Path) -> SilentProbe:  # noqa: ARG002 - the port's
        """Start to send nothing."""
        self.starts.append(url)
        return self

    def stop(self) -> tuple[RequestSample, ...]:
        """Return no request."""
        return ()
