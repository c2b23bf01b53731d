"""How many runs would decide, at the noise that was seen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

from pytest_pipeline.domain.side_by_side.permutation import LABELINGS, Block
from pytest_pipeline.domain.side_by_side.settings import (
    LEAST_RUNS,
    MOST_RUNS,
    RUNS_IN_BLOCK,
    SideBySide,
)
from pytest_pipeline.domain.side_by_side.spending import ON_FAILING, ON_PASSING, shares

_RUNS_IN_WHOLE_BLOCK = 2 * RUNS_IN_BLOCK


@dataclass(frozen=True)
class Distances:
    """What has to be told apart, on the scale of the figures.

    Attributes:
        detected: From an equal release to one that must not pass; > 0.
        beyond: From the bound to one that must not pass: by so much it misses the bound; > 0.
        to_fail: From what a FAIL refutes to one that must not pass; > 0.
        seen: From what the effect that was seen has to refute to that effect; None to leave it out.
        seen_fails: Whether that would be a FAIL.
        tolerated: From an equal release to the bound, which chance alone crosses otherwise; None to
            leave it out.
    """

    detected: float
    beyond: float
    to_fail: float
    seen: float | None = None
    seen_fails: bool = False
    tolerated: float | None = None


def noise_of(blocks: Sequence[Block]) -> float:
    """Return the standard deviation of a release's runs within a block, on the figures' scale.

    What differs from block to block is no noise: the test compares within blocks alone.

    Args:
        blocks: One at least.
    """
    squares = (
        (one - other) ** 2 / 2 for block in blocks for one, other in (block.candidate, block.stable)
    )
    return math.sqrt(math.fsum(squares) / (2 * len(blocks)))


def needed_runs(
    noise: float, distances: Distances, settings: SideBySide, comparisons: int = 1
) -> int | None:
    """Return the fewest runs of each release that decide, with the power that is declared.

    Enough of them to FAIL a release that is worse by what has to be found, to PASS an equal one,
    and to decide on one that is as much worse as was seen.

    Args:
        noise: See `noise_of`; >= 0.
        distances: What has to be told apart.
        settings: How sure that has to be.
        comparisons: How many comparisons share the error; count, >= 1.

    Returns:
        An even number, 4-24; None when more than that would be needed.

    Source:
        The normal approximation of a permutation test's power (Lehmann and Romano, *Testing
        Statistical Hypotheses*, ch. 15), with Student's quantiles for so few runs (Fisher and
        Cornish's expansion), and the error that is left for the last look alone.
    """
    return next(
        (
            runs
            for runs in range(LEAST_RUNS, MOST_RUNS + 1, RUNS_IN_BLOCK)
            if _decide(runs, noise, distances, settings, comparisons)
        ),
        None,
    )


def reachable(settings: SideBySide, comparisons: int) -> tuple[bool, bool]:
    """Return whether the clearest runs could FAIL a release, and whether they could PASS one.

    Args:
        settings: How sure that has to be.
        comparisons: How many comparisons share the error; count, >= 1.
    """
    least = LABELINGS**-settings.blocks
    to_fail, to_pass = _levels(settings.blocks, settings, comparisons)
    return least <= to_fail, least <= to_pass


def _levels(blocks: int, settings: SideBySide, comparisons: int) -> tuple[float, float]:
    """Return what the last look may spend to find a release worse, and to pass it."""
    alarm, miss = settings.false_alarm, settings.miss
    return (
        alarm * shares(blocks, alarm, ON_FAILING)[-1] / comparisons,
        miss * shares(blocks, miss, ON_PASSING)[-1],
    )


def _decide(
    runs: int, noise: float, distances: Distances, settings: SideBySide, comparisons: int
) -> bool:
    blocks = runs // RUNS_IN_BLOCK
    to_fail, to_pass = _levels(blocks, settings, comparisons)
    if LABELINGS**-blocks > min(to_fail, to_pass):
        return False
    freedom = (_RUNS_IN_WHOLE_BLOCK - 1) * blocks - 1
    error = noise * math.sqrt(2 / runs)
    power = _quantile(1 - settings.miss, freedom)
    failing, passing = _quantile(1 - to_fail, freedom), _quantile(1 - to_pass, freedom)
    seen = distances.seen
    return (
        distances.to_fail >= error * (failing + power)
        and distances.beyond >= error * power
        and (distances.tolerated is None or distances.tolerated >= error * power)
        and distances.detected >= error * (passing + power)
        and (seen is None or seen >= error * (failing if distances.seen_fails else passing))
    )


def _quantile(probability: float, freedom: int) -> float:
    """Return Student's quantile, by Cornish and Fisher's expansion about the normal one."""
    normal = NormalDist().inv_cdf(probability)
    first = (normal**3 + normal) / 4
    second = (5 * normal**5 + 16 * normal**3 + 3 * normal) / 96
    return normal + first / freedom + second / freedom**2
