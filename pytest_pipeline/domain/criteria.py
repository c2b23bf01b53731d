"""A criterion: one comparison of a measured value with a bound, absolute or relative."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from pytest_pipeline.errors import ConfigError


class Comparison(StrEnum):
    """The comparisons a criterion may use."""

    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="
    EQUAL = "=="


@dataclass(frozen=True)
class Criterion:
    """A comparison such as ``< 250`` or, relative to stable, ``<= +10%``.

    Attributes:
        comparison: How the value is compared with the bound.
        bound: The bound, in the measure's unit; for a relative criterion a change in percent.
        relative: Whether ``bound`` is a change in percent of the baseline.
    """

    comparison: Comparison
    bound: float
    relative: bool = False

    def __str__(self) -> str:
        """Return the criterion as it is written in the configuration."""
        bound = f"{self.bound:+g}%" if self.relative else f"{self.bound:g}"
        return f"{self.comparison} {bound}"

    def limit(self, baseline: float | None) -> float | None:
        """Return the bound in the measure's unit; None when the needed baseline is missing."""
        if not self.relative:
            return self.bound
        return None if baseline is None else baseline * (1 + self.bound / 100)

    def holds(self, value: float, baseline: float | None = None) -> bool | None:
        """Return whether ``value`` meets the criterion; None when the baseline is missing."""
        limit = self.limit(baseline)
        if limit is None:
            return None
        match self.comparison:
            case Comparison.LESS:
                return value < limit
            case Comparison.AT_MOST:
                return value <= limit
            case Comparison.MORE:
                return value > limit
            case Comparison.AT_LEAST:
                return value >= limit
            case Comparison.EQUAL:
                return value == limit


_WRITTEN = re.compile(r"^\s*(<=|>=|==|<|>)\s*([+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\s*(%)?\s*$")


def parse_criterion(text: str) -> Criterion:
    """Read a criterion as written in the configuration.

    Args:
        text: ``<``, ``<=``, ``>``, ``>=`` or ``==`` and a number; a sign and ``%`` make it relative
            to stable (``<= +10%``).

    Raises:
        ConfigError: If the text is not of that form.
    """
    found = _WRITTEN.match(text)
    if found is None or (found[3] and found[2][0] not in "+-"):
        raise ConfigError(
            f"criterion {text!r} is not understood: wanted a comparison and a number such as "
            "'< 250', or a signed change relative to stable such as '<= +10%'"
        )
    return Criterion(Comparison(found[1]), float(found[2]), relative=found[3] is not None)
