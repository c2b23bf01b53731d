"""Load tests that were run side by side, made up."""

from __future__ import annotations

import math
from random import Random

from pytest_pipeline.domain.criteria import parse_criterion
from pytest_pipeline.domain.gates import Gate, Objective
from pytest_pipeline.domain.side_by_side import Side, SideBySide, SideRun, Sides
from pytest_pipeline.domain.side_by_side.permutation import Block

P95 = "load.p95_ms"
ABBA = (Side.CANDIDATE, Side.STABLE, Side.STABLE, Side.CANDIDATE)


def gate_of(*passes: str, measure: str = P95, warn: str = "", **settings: float) -> Gate:
    """Return a gate with one objective on load."""
    objective = Objective(
        measure,
        tuple(map(parse_criterion, passes)),
        (parse_criterion(warn),) if warn else (),
    )
    return Gate((objective,), side_by_side=SideBySide(**settings))  # type: ignore[arg-type]


def sides_of(
    candidate: list[float], stable: list[float], measure: str = P95, name: str = "r6"
) -> Sides:
    """Return runs with figures as they came, two of each release a block."""
    figures = {Side.CANDIDATE: iter(candidate), Side.STABLE: iter(stable)}
    blocks = len(candidate) // 2
    runs = [
        SideRun(side, block, {measure: next(figures[side])})
        for block in range(blocks)
        for side in ABBA
    ]
    return Sides(name, tuple(runs))


def noisy_sides(
    random: Random, *, runs: int = 8, noise: float = 0.05, slower: float = 1.0
) -> Sides:
    """Return runs of stable, and of a candidate so many times slower, with noise."""
    return sides_of(
        [100 * slower * math.exp(random.gauss(0, noise)) for _ in range(runs)],
        [100 * math.exp(random.gauss(0, noise)) for _ in range(runs)],
    )


def noisy_blocks(random: Random, blocks: int, *, apart: float = 0.0) -> list[Block]:
    """Return blocks of normal figures, the candidate's so much higher."""
    return [
        Block(
            (random.gauss(apart, 1), random.gauss(apart, 1)),
            (random.gauss(0, 1), random.gauss(0, 1)),
        )
        for _ in range(blocks)
    ]
