"""How often something happened, and between which limits that lies."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist


@dataclass(frozen=True)
class Rate:
    """A share of draws.

    Attributes:
        count: How often it happened.
        of: Draws; count, >= 1.
    """

    count: int
    of: int

    @property
    def ratio(self) -> float:
        """The share, 0-1."""
        return self.count / self.of

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the limits of the share that is behind it, 0-1.

        Args:
            level: How surely they hold it, 0-1.

        Source:
            Wilson, *Probable inference, the law of succession, and statistical inference*, Journal
            of the American Statistical Association 22, 1927.
        """
        z = NormalDist().inv_cdf((1 + level) / 2)
        shrunk = 1 + z * z / self.of
        middle = (self.ratio + z * z / (2 * self.of)) / shrunk
        spread = self.ratio * (1 - self.ratio) / self.of + z * z / (4 * self.of**2)
        half = z * math.sqrt(spread) / shrunk
        return max(0.0, middle - half), min(1.0, middle + half)

    @property
    def told(self) -> str:
        """The share and its limits for people: ``4.1 % (3.3 to 5.1 %)``."""
        lower, upper = self.interval()
        return f"{self.ratio:.1%} ({lower:.1%} to {upper:.1%})".replace("%", " %").replace(
            " % to", " to"
        )
