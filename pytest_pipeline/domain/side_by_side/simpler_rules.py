"""Simpler rules, drawn from the same runs, to see what they are wrong by.

They judge nothing: one run of each release, and the requests of several runs thrown together.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from statistics import NormalDist

from pytest_pipeline.domain.side_by_side.resampling import Draw, VerdictRates
from pytest_pipeline.domain.verdicts import Verdict


def single_run(
    figures: Sequence[float], draw: Draw, *, draws: int, tolerated: float, worse: float = 1.0
) -> VerdictRates:
    """Judge one run of each release, one after the other: FAIL above the tolerance.

    Args:
        figures: Of the runs of one release, in order; more is worse.
        draw: The source of chance.
        draws: How often; count, >= 1.
        tolerated: How many times stable's figure is tolerated, > 0: 1.1 for 10 %.
        worse: The candidate's figure is multiplied by this.
    """
    counts: Counter[Verdict] = Counter()
    for _ in range(draws):
        start = draw(len(figures))
        pair = (figures[start], figures[(start + 1) % len(figures)])
        candidate, stable = pair if draw(2) else pair[::-1]
        fails = candidate * worse > stable * tolerated
        counts[Verdict.FAIL if fails else Verdict.PASS] += 1
    return VerdictRates(counts, draws)


class PooledRequests:
    """Mann and Whitney's test on the requests of several runs, thrown together.

    Args:
        samples: Response times of the requests of each run, in the order of the runs.
        worse: The candidate's are multiplied by this.
    """

    def __init__(self, samples: Sequence[Sequence[float]], worse: float = 1.0) -> None:
        ordered = [sorted(each) for each in samples]
        self._sizes = [len(each) for each in ordered]
        # A pair of runs is counted once, however often it is drawn.
        self._above = [
            [_above([value * worse for value in one], other) for other in ordered]
            for one in ordered
        ]

    def rates(self, draw: Draw, *, draws: int, runs: int, level: float) -> VerdictRates:
        """Judge runs that came one after the other, by turns of either release.

        Args:
            draw: The source of chance.
            draws: How often; count, >= 1.
            runs: Runs of each release; even, >= 2.
            level: FAIL at a p-value of at most this, 0-1.
        """
        counts: Counter[Verdict] = Counter()
        for _ in range(draws):
            start, first = draw(len(self._sizes)), draw(2)
            window = [(start + step) % len(self._sizes) for step in range(2 * runs)]
            # A, B, B, A: of each four the first and the last.
            sides = [(step % 4 in (0, 3)) == bool(first) for step in range(2 * runs)]
            candidate = [run for run, side in zip(window, sides, strict=True) if side]
            stable = [run for run, side in zip(window, sides, strict=True) if not side]
            fails = self._p_value(candidate, stable) <= level
            counts[Verdict.FAIL if fails else Verdict.PASS] += 1
        return VerdictRates(counts, draws)

    def _p_value(self, candidate: Sequence[int], stable: Sequence[int]) -> float:
        """Return the chance of the candidate's requests being so slow if they were stable's."""
        above = math.fsum(self._above[one][other] for one in candidate for other in stable)
        one, other = (sum(self._sizes[run] for run in runs) for runs in (candidate, stable))
        deviation = math.sqrt(one * other * (one + other + 1) / 12)
        return 1 - NormalDist().cdf((above - one * other / 2) / deviation)


def _above(one: Sequence[float], other: Sequence[float]) -> float:
    """Return in how many pairs the first is above the second; ties count half."""
    return sum(bisect_left(other, each) + bisect_right(other, each) for each in one) / 2
