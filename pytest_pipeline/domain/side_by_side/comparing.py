"""Compares the runs of one load test by one relative criterion."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from pytest_pipeline.domain.criteria import Criterion
from pytest_pipeline.domain.side_by_side.effects import effect_of, interval_of
from pytest_pipeline.domain.side_by_side.looks import over_looks
from pytest_pipeline.domain.side_by_side.needed_runs import Distances, needed_runs, noise_of
from pytest_pipeline.domain.side_by_side.pairing import paired
from pytest_pipeline.domain.side_by_side.permutation import Block, chance_of_less, chance_of_more
from pytest_pipeline.domain.side_by_side.runs import Sides
from pytest_pipeline.domain.side_by_side.settings import RUNS_IN_BLOCK, SideBySide
from pytest_pipeline.domain.side_by_side.spending import ON_FAILING, ON_PASSING, shares
from pytest_pipeline.domain.side_by_side.tolerances import NO_TOLERANCE, Tolerance, tolerance_of

#: An effect is near a bound up to so many standard errors of it.
_NEAR = 2.0
#: What is tolerated commonly, percent.
_TOLERATED_PERCENT = (5, 10, 15)


@dataclass(frozen=True)
class Compared:
    """One load test, compared by one relative criterion.

    Attributes:
        criterion: The criterion.
        settings: How sure a verdict has to be.
        unusable: Why its runs cannot be compared, in words; empty when they can. Else nothing of
            the following says anything.
        tolerance: What the criterion tolerates.
        blocks: The figures, on the tolerance's scale: more is worse.
        effect: How much worse the candidate is, on that scale.
        detected: How much worse must not pass, on that scale.
    """

    criterion: Criterion
    settings: SideBySide
    unusable: str = ""
    tolerance: Tolerance = NO_TOLERANCE
    blocks: tuple[Block, ...] = ()
    effect: float = 0.0
    detected: float = math.inf

    @cached_property
    def no_worse(self) -> float:
        """The p-value of "no worse than stable" over all looks, 0-1."""
        if self.unusable:
            return 1.0
        spent = shares(self.settings.blocks, self.settings.false_alarm, ON_FAILING)
        null = self.tolerance.null
        return over_looks(self.blocks, lambda some: chance_of_more(some, null), spent)

    @cached_property
    def detectable(self) -> float:
        """The p-value of "worse by ``detected`` or more" over all looks, 0-1."""
        if self.unusable or math.isinf(self.detected):
            return 1.0
        spent = shares(self.settings.blocks, self.settings.miss, ON_PASSING)
        return over_looks(self.blocks, lambda some: chance_of_less(some, self.detected), spent)

    @property
    def tolerated(self) -> bool:
        """Whether the effect meets the criterion."""
        return not self.unusable and self.tolerance.meets(self.effect)

    @property
    def runs(self) -> int:
        """Runs of each side; count."""
        return len(self.blocks) * RUNS_IN_BLOCK

    @property
    def change(self) -> float:
        """The effect in percent of stable, or in the measure's unit; more is more of it."""
        return self.tolerance.change(self.effect)

    def interval(self, level: float) -> tuple[float, float]:
        """Return the changes that the test does not refute, lower and upper, as `change` is.

        Args:
            level: Of each side, 0-0.5.
        """
        limits = interval_of(self.blocks, level)
        lower, upper = sorted(self.tolerance.change(each) for each in limits)
        return lower, upper

    @property
    def noise(self) -> float:
        """Standard deviation of a release's runs within a block, as `change` is: percent mostly."""
        noise = noise_of(self.blocks)
        return noise if self.tolerance.in_units else math.expm1(noise) * 100

    def needed_runs(self, comparisons: int, *, bound: float | None = None) -> int | None:
        """Return how many runs of each release would decide; None for more than are possible.

        Args:
            comparisons: How many comparisons share the error; count, >= 1.
            bound: What would be tolerated, on the scale; None for what the criterion tolerates.
        """
        noise, tolerance = noise_of(self.blocks), self.tolerance
        near = abs(self.effect - tolerance.bound) <= _NEAR * noise * math.sqrt(2 / self.runs)
        asked = tolerance if bound is None else replace(tolerance, bound=bound)
        fails = not asked.meets(self.effect)
        distances = Distances(
            detected=self.detected - max(0.0, asked.null),
            beyond=self.detected - asked.bound,
            to_fail=self.detected - asked.null,
            seen=self.effect - asked.null if fails else self.detected - self.effect,
            seen_fails=fails,
            tolerated=asked.bound if near and asked.bound >= 0 else None,
        )
        return needed_runs(noise, distances, self.settings, comparisons)

    def deciding_tolerance(self, comparisons: int) -> str:
        """Return a criterion that tolerates more and can be decided; empty where there is none.

        Args:
            comparisons: How many comparisons share the error; count, >= 1.
        """
        tolerance, most = self.tolerance, self.settings.detect_percent
        sign, side = ("-", ">=") if tolerance.less_is_worse else ("+", "<=")
        if tolerance.in_units:
            options = {f"{side} base {sign} {self.detected / 2:.2g}": self.detected / 2}
        else:
            options = {
                f"{side} {sign}{percent}%": tolerance.detected(percent, 1.0)
                for percent in _TOLERATED_PERCENT
                if percent < most
            }
        return next(
            (
                told
                for told, bound in options.items()
                if tolerance.bound < bound < math.inf and self.needed_runs(comparisons, bound=bound)
            ),
            "",
        )


def compare(sides: Sides, measure: str, criterion: Criterion, settings: SideBySide) -> Compared:
    """Compare the runs of a load test.

    Args:
        sides: The runs.
        measure: Name of the measure.
        criterion: A relative criterion.
        settings: How sure that has to be.
    """
    pairs = paired(sides, measure, settings.blocks)
    tolerance = tolerance_of(criterion)
    if pairs.unusable or tolerance is None:
        why = pairs.unusable or f"{criterion} tells no change for the worse that it tolerates"
        return Compared(criterion, settings, why)
    stable = [each for block in pairs.blocks for each in block.stable]
    detected = tolerance.detected(settings.detect_percent, math.fsum(stable) / len(stable))
    why = _unscalable(pairs.blocks, tolerance)
    if why:
        return Compared(criterion, settings, why)
    blocks = tuple(_scaled(block, tolerance) for block in pairs.blocks)
    found = Compared(criterion, settings, "", tolerance, blocks, effect_of(blocks), detected)
    why = _undetectable(detected, tolerance, settings)
    if not why:
        return found
    if tolerance.in_units and not found.tolerated:
        # Nothing is too much to pass by, but any change for the worse can still be found.
        return replace(found, detected=math.inf)
    return Compared(criterion, settings, why)


def _unscalable(blocks: Sequence[Block], tolerance: Tolerance) -> str:
    below = sum(each <= 0 for block in blocks for each in block.figures)
    if tolerance.in_units or not below:
        return ""
    return (
        f"{below} of {len(blocks) * 2 * RUNS_IN_BLOCK} runs have 0, and no percentage of 0 tells "
        "anything; wanted a criterion in the measure's unit, such as '<= base + 1'"
    )


def _undetectable(detected: float, tolerance: Tolerance, settings: SideBySide) -> str:
    if tolerance.bound < detected < math.inf:
        return ""
    if not tolerance.in_units:
        return f"it tolerates {settings.detect_percent:g} %, which must not pass (detect_percent)"
    return (
        f"{settings.detect_percent:g} % of stable is nothing to detect; wanted an absolute "
        "objective ('<= 0'), or one that says how much is too much, such as '<= base + 1'"
    )


def _scaled(block: Block, tolerance: Tolerance) -> Block:
    candidate, stable = (
        (tolerance.scaled(one), tolerance.scaled(other))
        for one, other in (block.candidate, block.stable)
    )
    return Block(candidate, stable)
