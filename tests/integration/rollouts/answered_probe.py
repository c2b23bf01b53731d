"""Client traffic whose answers are given beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pytest_pipeline.domain.environments import ProbeSpec
from pytest_pipeline.domain.traffic import Outcome, RequestSample
from pytest_pipeline.engine.ports import Clock

_REQUESTS = 10
_LAG_S = 1.0


@dataclass
class AnsweredProbe:
    """Implements `engine.ports.TrafficProbe`, and the running probe.

    Attributes:
        clock: Time.
        lost: How many requests the traffic loses, one number for each start; none beyond it.
        silent: Starts whose traffic sends nothing, by number from 0.
        lagging: Starts whose requests are sent a second late, by number from 0.
        starts: How often it was started; count.
    """

    clock: Clock
    lost: Sequence[int] = ()
    silent: frozenset[int] = frozenset()
    lagging: frozenset[int] = frozenset()
    starts: int = 0
    _began_s: list[float] = field(default_factory=list)

    def start(self, url: str, spec: ProbeSpec, *, folder: Path) -> AnsweredProbe:
        """Begin to send."""
        del url, spec, folder
        self.starts += 1
        self._began_s.append(self.clock.now())
        return self

    def stop(self) -> tuple[RequestSample, ...]:
        """Return what was sent."""
        number = self.starts - 1
        if number in self.silent:
            return ()
        lost = self.lost[number] if number < len(self.lost) else 0
        due_s = self._began_s[-1]
        sent_s = due_s + _LAG_S * (number in self.lagging)
        return tuple(
            RequestSample(
                due_s, sent_s, sent_s, Outcome.LOST if index < lost else Outcome.OK, "", ""
            )
            for index in range(_REQUESTS)
        )
