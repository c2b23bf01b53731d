"""The load that a capacity is looked for with: the same tasks at one rate after another."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_pipeline.domain.load import LoadSpec
from pytest_pipeline.domain.load_settings import LoadSettings


@dataclass(frozen=True)
class OpenLoad:
    """A load of the open model, but for its rate.

    Attributes:
        locustfile: Path of the locustfile.
        user_classes: Names of user classes; empty for all.
        duration_s: Duration of one probe, seconds, > 0.
        warm_up_s: Load that is not counted, at the lowest rate, on new instances and after a rate
            that was too much; seconds, 0 for none.
        processes: Processes of this machine that send the requests; count, 1-256.
    """

    locustfile: str
    user_classes: tuple[str, ...] = ()
    duration_s: float = 10.0
    warm_up_s: float = 3.0
    processes: int = 1

    def at(self, rate: float, url: str, *, duration_s: float) -> LoadSpec:
        """Return the load at a rate.

        Args:
            rate: Tasks begun a second, 1/s, > 0.
            url: Base URL of what is loaded.
            duration_s: How long, seconds, > 0.
        """
        return LoadSpec(
            self.locustfile,
            url,
            users=0,
            spawn_rate=0.0,
            rate=rate,
            duration_s=duration_s,
            user_classes=self.user_classes,
            source=LoadSettings(processes=self.processes),
        )
