"""Many simulations, in several processes, and what they add up to."""

from __future__ import annotations

import gc
import multiprocessing
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from pytest_pipeline.testing.simulation.simulating import simulate
from pytest_pipeline.testing.simulation.violations import Violation

#: Simulations that a process does in one go; count.
CHUNK = 100


@dataclass(frozen=True)
class Outcome:
    """One simulation, without its events.

    Attributes:
        seed: Its seed.
        strategy: Name of the strategy.
        replicas: Instances wanted; count.
        phase: How its last rollout ended; empty when its controller died and nothing was kept.
        struck: The faults that happened, in order.
        violations: What must not be seen and was.
        effects: Calls that changed the world; count.
    """

    seed: int
    strategy: str
    replicas: int
    phase: str
    struck: tuple[str, ...]
    violations: tuple[Violation, ...]
    effects: int


def survey(seeds: Sequence[int], *, workers: int = 1) -> tuple[Outcome, ...]:
    """Simulate every seed.

    Args:
        seeds: The seeds.
        workers: Processes; count, >= 1. One is this process itself.
    """
    if workers == 1:
        return tuple(_outcome(seed) for seed in seeds)
    chunks = [seeds[start : start + CHUNK] for start in range(0, len(seeds), CHUNK)]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        return tuple(each for done in pool.map(_chunk, chunks) for each in done)


def tally(outcomes: Sequence[Outcome]) -> dict[str, Counter[str]]:
    """Count outcomes by strategy, phase, fault, fleet size and broken invariant."""
    return {
        "strategy": Counter(each.strategy for each in outcomes),
        "phase": Counter(each.phase or "controller died, not kept" for each in outcomes),
        "fault": Counter(kind for each in outcomes for kind in each.struck),
        "fleet size": Counter(_size(each.replicas) for each in outcomes),
        "violation": Counter(
            str(invariant)
            for each in outcomes
            for invariant in {found.invariant for found in each.violations}
        ),
    }


def reproduction(outcomes: Sequence[Outcome]) -> str:
    """Say how to look at what was broken, first seeds first; empty when nothing was."""
    return "\n".join(_lines(outcomes))


def _lines(outcomes: Sequence[Outcome]) -> Iterator[str]:
    for each in outcomes:
        if each.violations:
            yield f"python -m pytest_pipeline.testing.simulation {each.seed}"
            yield from (f"    {found}" for found in each.violations[:3])


def _chunk(seeds: Sequence[int]) -> tuple[Outcome, ...]:
    # What a simulation leaves is freed without looking for cycles, which takes a fifth of the time.
    gc.disable()
    try:
        return tuple(_outcome(seed) for seed in seeds)
    finally:
        gc.enable()
        gc.collect()


def _outcome(seed: int) -> Outcome:
    simulated = simulate(seed, events=False)
    return Outcome(
        seed,
        simulated.scenario.strategy,
        simulated.scenario.replicas,
        simulated.phase,
        simulated.struck,
        simulated.violations,
        simulated.effects,
    )


def _size(replicas: int) -> str:
    for most in (3, 10, 30, 100, 250):
        if replicas <= most:
            return f"up to {most}"
    return "above 250"
