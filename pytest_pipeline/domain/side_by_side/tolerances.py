"""What a relative criterion tolerates, and what must not pass it, on one scale: more is worse."""

from __future__ import annotations

import math
from dataclasses import dataclass

from pytest_pipeline.domain.criteria import Comparison, Criterion

#: A change this small is the bound itself.
_ROUNDING = 1e-12
#: Of a bound in the measure's unit: so many times of it has to be found at the least.
_TIMES = 2.0


@dataclass(frozen=True)
class Tolerance:
    """What a relative criterion tolerates.

    The scale of a bound in percent is the natural logarithm of the figures, that of a bound in the
    measure's unit the figures themselves; both are mirrored where less is worse.

    Attributes:
        less_is_worse: Whether it wants figures that are high: ``>=``.
        in_units: Whether the bound is in the measure's unit.
        bound: The change for the worse that it tolerates, on the scale.
        strict: Whether the bound itself misses.
    """

    less_is_worse: bool
    in_units: bool
    bound: float
    strict: bool

    @property
    def null(self) -> float:
        """What a FAIL has to refute: no worse than stable; of a demand to get better, that."""
        return min(0.0, self.bound)

    def meets(self, effect: float) -> bool:
        """Return whether an effect is tolerated."""
        if self.strict:
            return effect < self.bound - _ROUNDING
        return effect <= self.bound + _ROUNDING

    def scaled(self, figure: float) -> float:
        """Return a figure on the scale; a figure in percent has to be above 0."""
        value = figure if self.in_units else math.log(figure)
        return -value if self.less_is_worse else value

    def detected(self, percent: float, stable: float) -> float:
        """Return the change for the worse that must not pass, on the scale.

        Args:
            percent: That change in percent of stable, > 0.
            stable: Mean of stable's figures, in the measure's unit. Of a bound in that unit the
                change is at least twice the bound: a percentage of little is little.
        """
        if self.in_units:
            return max(abs(stable) * percent / 100, _TIMES * self.bound)
        if not self.less_is_worse:
            return math.log1p(percent / 100)
        return -math.log1p(-percent / 100) if percent < 100 else math.inf  # noqa: PLR2004

    def change(self, effect: float) -> float:
        """Return an effect as it is written: percent of stable, or the measure's unit."""
        signed = -effect if self.less_is_worse else effect
        if self.in_units:
            return signed
        return math.expm1(signed) * 100 if signed < _HUGE else math.inf


#: Tolerates nothing for the worse; of runs that cannot be compared.
NO_TOLERANCE = Tolerance(less_is_worse=False, in_units=False, bound=0.0, strict=False)

#: Above this an exponential is more than a float holds.
_HUGE = 700.0


def tolerance_of(criterion: Criterion) -> Tolerance | None:
    """Return what a relative criterion tolerates.

    None where it tells no direction (``==``), or no figure can meet it (``<= -100%``).
    """
    if not criterion.relative or criterion.comparison is Comparison.EQUAL:
        return None
    if not criterion.in_units and criterion.bound <= -100:  # noqa: PLR2004
        return None
    less = criterion.comparison in (Comparison.MORE, Comparison.AT_LEAST)
    strict = criterion.comparison in (Comparison.MORE, Comparison.LESS)
    bound = criterion.bound if criterion.in_units else math.log1p(criterion.bound / 100)
    return Tolerance(less, criterion.in_units, -bound if less else bound, strict)
