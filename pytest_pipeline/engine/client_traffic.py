"""The client traffic that measures one deployment."""

from __future__ import annotations

from dataclasses import dataclass, field

from pytest_pipeline.domain.traffic import RequestSample
from pytest_pipeline.engine.ports import RunningProbe
from pytest_pipeline.engine.site import Site


@dataclass
class ClientTraffic:
    """The probe of one deployment; it starts when something can answer.

    Attributes:
        site: Where.
        probe: The running probe; None until it starts.
        samples: Every request of probes that were stopped.
    """

    site: Site
    probe: RunningProbe | None = None
    samples: list[RequestSample] = field(default_factory=list)

    def begin(self) -> None:
        """Start to send."""
        if self.probe is None:
            site = self.site
            folder = site.folder / "traffic"
            folder.mkdir(parents=True, exist_ok=True)
            self.probe = site.tools.probe.start(
                site.router.url, site.environment.probe, folder=folder
            )

    def end(self) -> tuple[RequestSample, ...]:
        """Stop to send and return every request so far; none when it never started."""
        if self.probe is not None:
            self.samples += self.probe.stop()
            self.probe = None
        return tuple(self.samples)
