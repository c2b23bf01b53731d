"""A release beside itself: the noise of a machine, and how often a gate is wrong on it (A/A)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pytest_pipeline.domain.gates import Gate
from pytest_pipeline.domain.objectives import ObjectiveResult
from pytest_pipeline.domain.side_by_side.judging import BesideJudging
from pytest_pipeline.domain.side_by_side.resampling import (
    Draw,
    VerdictRates,
    relative_alone,
    resampled,
)
from pytest_pipeline.domain.side_by_side.runs import Sides
from pytest_pipeline.domain.side_by_side.settings import SideBySide
from pytest_pipeline.domain.side_by_side.stage_sides import NamedSides
from pytest_pipeline.domain.verdicts import Verdict, worst


@dataclass(frozen=True)
class SeenNoise:
    """What one load test says of one objective.

    Attributes:
        load: Name of the load test.
        measure: Name of the measure.
        unusable: Why nothing can be said, in words; empty when it can.
        noise: Standard deviation from run to run within a block: percent, or the measure's unit.
        in_units: Whether it is in the measure's unit.
        change: The effect, of nothing but chance, in the same unit.
        needed_runs: Runs of each release that would decide; None for more than are possible.
    """

    load: str
    measure: str
    unusable: str = ""
    noise: float = 0.0
    in_units: bool = False
    change: float = 0.0
    needed_runs: int | None = None


@dataclass(frozen=True)
class SelfComparison:
    """A release beside itself.

    Attributes:
        runs: Runs of each side that were made; count.
        settings: How the stage compares.
        noise: What was seen, by load test and objective.
        results: The objectives, judged on the first runs, as many as the settings plan.
        equal: What the settings come to, of an equal release.
        worse: The same of one that is worse by ``detect_percent``.
    """

    runs: int
    settings: SideBySide
    noise: tuple[SeenNoise, ...]
    results: tuple[ObjectiveResult, ...]
    equal: VerdictRates
    worse: VerdictRates

    @property
    def verdict(self) -> Verdict:
        """What the gate would have said of the release beside itself."""
        return worst(each.verdict for each in self.results)

    @property
    def needed_runs(self) -> int | None:
        """Runs of each release that decide all of it; None for more than are possible."""
        known = [each.needed_runs for each in self.noise]
        return None if None in known else max(each for each in known if each is not None)


def compared_with_itself(
    gate: Gate, loads: Sequence[NamedSides], draw: Draw, *, draws: int
) -> SelfComparison:
    """Return what runs of a release beside itself say of a gate.

    Args:
        gate: The gate; it has ``side_by_side`` and objectives that compare with stable.
        loads: Every load test, and its runs; one at least.
        draw: The source of chance, see `resampling`.
        draws: How often runs are drawn again; count, >= 1.
    """
    settings = gate.side_by_side
    assert settings is not None  # noqa: S101 - the caller's to see
    relative = replace(gate, objectives=tuple(map(relative_alone, gate.beside)))
    first = tuple((name, _first(sides, settings)) for name, sides in loads)
    judging = BesideJudging(relative.objectives, first, settings)
    recorded = [[each.figures for each in sides.runs] for _, sides in loads]
    return SelfComparison(
        runs=min(len(sides.runs) // 2 for _, sides in loads),
        settings=settings,
        noise=tuple(_seen(judging)),
        results=tuple(judging.result(each, 0.0) for each in relative.objectives),
        equal=resampled(relative, recorded, draw, draws=draws),
        worse=resampled(
            relative, recorded, draw, draws=draws, worse_percent=settings.detect_percent
        ),
    )


def _first(sides: Sides, settings: SideBySide) -> Sides:
    runs = tuple(each for each in sides.runs if each.block < settings.blocks)
    return replace(sides, runs=runs)


def _seen(judging: BesideJudging) -> Iterator[SeenNoise]:
    for (measure, load, _), each in judging.compared.items():
        if each.unusable:
            yield SeenNoise(load, measure, each.unusable)
        else:
            yield SeenNoise(
                load,
                measure,
                noise=each.noise,
                in_units=each.tolerance.in_units,
                change=each.change,
                needed_runs=each.needed_runs(judging.comparisons),
            )
