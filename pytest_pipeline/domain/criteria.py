"""A criterion: one comparison of a measured value with a bound, absolute or relative."""

from __future__ import annotations

import math
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
    """A comparison such as ``< 250``, or with a baseline: ``<= +10%``, ``<= base + 2``.

    Attributes:
        comparison: How the value is compared with the bound.
        bound: The bound, in the measure's unit; for a relative criterion a change of the baseline.
        relative: Whether ``bound`` is a change of the baseline.
        in_units: Whether that change is in the measure's unit, rather than in percent.
    """

    comparison: Comparison
    bound: float
    relative: bool = False
    in_units: bool = False

    def __str__(self) -> str:
        """Return the criterion as it is written in the configuration."""
        if not self.relative:
            return f"{self.comparison} {_figure(self.bound)}"
        if not self.in_units:
            return f"{self.comparison} {_figure(self.bound, sign=True)}%"
        change = f" {'-' if self.bound < 0 else '+'} {_figure(abs(self.bound))}"
        return f"{self.comparison} base{change if self.bound else ''}"

    def limit(self, baseline: float | None) -> float | None:
        """Return the bound in the measure's unit; None when the baseline does not tell it.

        It does not when it is missing, no finite number, or 0 where a percentage of it is wanted.
        """
        if not self.relative:
            return self.bound
        if baseline is None or not math.isfinite(baseline):
            return None
        if self.in_units:
            return baseline + self.bound
        return baseline + abs(baseline) * self.bound / 100 if baseline else None

    def holds(self, value: float, baseline: float | None = None) -> bool | None:
        """Return whether ``value`` meets the criterion; None when that is unknown."""
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


_NUMBER = r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"
_ABSOLUTE = re.compile(rf"\s*(<=|>=|==|<|>)\s*(-?{_NUMBER})\s*")
_PERCENT = re.compile(rf"\s*(<=|>=|==|<|>)\s*([+-]\s?{_NUMBER})\s*%\s*")
_OF_BASE = re.compile(rf"\s*(<=|>=|==|<|>)\s*base\s*(?:([+-])\s*({_NUMBER}))?\s*")

#: What a criterion looks like, for messages.
FORMS = (
    "a comparison and a number such as '< 250', or relative to the baseline: a signed percentage "
    "such as '<= +10%', or a change in the measure's unit such as '<= base + 2'"
)


def parse_criterion(text: str) -> Criterion:
    """Read a criterion as written in the configuration.

    Args:
        text: ``<``, ``<=``, ``>``, ``>=`` or ``==`` and a number; a sign and ``%`` make it a change
            in percent of the baseline (``<= +10%``), ``base`` one in the measure's unit
            (``<= base + 2``, ``<= base``). ``<= +10`` could mean either and is refused.

    Raises:
        ConfigError: If the text is not of that form.
    """
    if found := _ABSOLUTE.fullmatch(text):
        return _finite(Criterion(Comparison(found[1]), float(found[2])), text)
    if found := _PERCENT.fullmatch(text):
        change = float(found[2].replace(" ", ""))
        return _finite(Criterion(Comparison(found[1]), change, relative=True), text)
    if found := _OF_BASE.fullmatch(text):
        change = float(f"{found[2] or '+'}{found[3] or 0}")
        return _finite(Criterion(Comparison(found[1]), change, relative=True, in_units=True), text)
    raise ConfigError(f"criterion {text!r} is not understood: wanted {FORMS}")


def _finite(criterion: Criterion, text: str) -> Criterion:
    if not math.isfinite(criterion.bound):
        raise ConfigError(f"criterion {text!r} is not understood: its number is too large")
    return criterion


def _figure(value: float, *, sign: bool = False) -> str:
    """Return a number so that it reads back as the same one."""
    short = f"{value:+g}" if sign else f"{value:g}"
    exact = f"{value:+}" if sign else str(value)
    return short if float(short) == value else exact
