"""Client traffic whose every request a drill hears of, recorded beside the disk that fills up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pytest_pipeline.domain.environments import ProbeSpec
from pytest_pipeline.domain.traffic import RequestSample
from pytest_pipeline.engine.ports import RunningProbe, TrafficProbe


class HeardProbe:
    """A `TrafficProbe` that keeps the requests of its traffic.

    Args:
        probe: Sends it.
        folder: Where its records go, whatever folder is asked for; made if missing.
    """

    def __init__(self, probe: TrafficProbe, folder: Path) -> None:
        self._probe = probe
        self._folder = folder
        self.samples: list[RequestSample] = []

    def start(self, url: str, spec: ProbeSpec, *, folder: Path) -> RunningProbe:
        """Start sending; see the port."""
        del folder
        self._folder.mkdir(parents=True, exist_ok=True)
        running = self._probe.start(url, spec, folder=self._folder)
        return _Heard(running, self.samples.extend)

    def forget(self) -> None:
        """Keep nothing of what was heard so far."""
        self.samples.clear()


class _Heard:
    def __init__(
        self, running: RunningProbe, hear: Callable[[tuple[RequestSample, ...]], None]
    ) -> None:
        self._running = running
        self._hear = hear

    def stop(self) -> tuple[RequestSample, ...]:
        """End the traffic and return every request."""
        samples = self._running.stop()
        self._hear(samples)
        return samples
