"""How releases are compared side by side, and how sure that has to be."""

from __future__ import annotations

from dataclasses import dataclass

#: Runs of each side in a block; their order is drawn, see `orders`.
RUNS_IN_BLOCK = 2
#: Fewer runs of each side decide nothing, and more than these are not enumerated.
LEAST_RUNS, MOST_RUNS = 4, 24


@dataclass(frozen=True)
class SideBySide:
    """How a stage compares the release under test with stable.

    Attributes:
        runs: Most runs of each side; even, 4-24.
        duration_s: Duration of each run, seconds, > 0.
        warm_up_s: Load on each side before the first run, which is not counted; seconds, >= 0. A
            stable that was just launched is cold, and would let slower candidates pass.
        false_alarm_percent: How many releases that are no worse than stable may be failed, for all
            objectives and looks together; percent, > 0, <= 20.
        power_percent: How many releases that are worse by ``detect_percent`` must not pass;
            percent, >= 50, < 100.
        detect_percent: The change for the worse that has to be found; percent, > 0.
    """

    runs: int = 8
    duration_s: float = 10.0
    warm_up_s: float = 10.0
    false_alarm_percent: float = 5.0
    power_percent: float = 90.0
    detect_percent: float = 20.0

    @property
    def blocks(self) -> int:
        """Most blocks of four runs; count."""
        return self.runs // RUNS_IN_BLOCK

    @property
    def false_alarm(self) -> float:
        """``false_alarm_percent`` as a probability, 0-1."""
        return self.false_alarm_percent / 100

    @property
    def miss(self) -> float:
        """How probably a release that has to be found may pass, 0-1."""
        return 1 - self.power_percent / 100

    @property
    def load_s(self) -> float:
        """Longest time under load of one load test, both sides and warm-ups, seconds."""
        return 2 * (self.runs * self.duration_s + self.warm_up_s)
