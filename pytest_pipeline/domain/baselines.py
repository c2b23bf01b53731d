"""Baselines: what figures are compared with, and where that is from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class BaselineKind(StrEnum):
    """What an objective may compare with."""

    STABLE = "stable"
    MERGE_BASE = "merge-base"


@dataclass(frozen=True)
class Baseline:
    """Figures to compare with, or why there are none.

    Attributes:
        origin: Where the figures are from, for people: ``r6 (stable)``.
        measurements: Measured values by measure.
        missing: Why there are none and what to do, in words; empty when there are.
        first_release: Whether there are none because nothing was ever promoted, so that there is
            nothing to be worse than.
    """

    origin: str
    measurements: Mapping[str, float] = field(default_factory=dict)
    missing: str = ""
    first_release: bool = False


#: The baselines of a gate, by kind; an absent one was not looked for and is missing.
Baselines = Mapping[BaselineKind, Baseline]
