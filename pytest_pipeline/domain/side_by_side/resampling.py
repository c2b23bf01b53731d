"""How often a rule is wrong on a machine: by runs that were recorded there, drawn again.

Runs of one release are drawn in pieces as they came, so that drift and bursts stay in them, and
are labeled as if half of each block, in an order that is drawn, were of another release: then a
FAIL is a false alarm. Worsened by what has to be found, it is what should come of them.

Source:
    Politis and Romano, *A circular block-resampling procedure for stationary data*, 1992.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pytest_pipeline.domain.criteria_sets import CriteriaSet
from pytest_pipeline.domain.gates import Gate
from pytest_pipeline.domain.objectives import Objective
from pytest_pipeline.domain.side_by_side.judging import BesideJudging, is_decided
from pytest_pipeline.domain.side_by_side.orders import drawn_orders
from pytest_pipeline.domain.side_by_side.rates import Rate
from pytest_pipeline.domain.side_by_side.runs import Side, SideRun, Sides
from pytest_pipeline.domain.side_by_side.spending import FIRST_LOOK
from pytest_pipeline.domain.side_by_side.tolerances import Tolerance, tolerance_of
from pytest_pipeline.domain.verdicts import Verdict, worst

#: Figures of a run, by measure.
Figures = Mapping[str, float]
#: Draws a whole number from 0 to below another.
Draw = Callable[[int], int]

#: Runs that are drawn in one piece: two blocks.
_PIECE = 8


@dataclass(frozen=True)
class VerdictRates:
    """What a rule comes to, drawn many times.

    Attributes:
        counts: How often each verdict was given.
        draws: How often it was judged; count, >= 1.
    """

    counts: Mapping[Verdict, int]
    draws: int

    def of(self, *verdicts: Verdict) -> Rate:
        """Return how often one of some verdicts was given."""
        return Rate(sum(self.counts.get(each, 0) for each in verdicts), self.draws)


def resampled(
    gate: Gate,
    loads: Sequence[Sequence[Figures]],
    draw: Draw,
    *,
    draws: int,
    worse_percent: float = 0.0,
) -> VerdictRates:
    """Judge drawn runs by the relative objectives of a gate, with every look at which it may stop.

    Args:
        gate: The gate; it has ``side_by_side`` and objectives that compare with stable.
        loads: The runs of one release, of each load test, in the order in which they ran.
        draw: The source of chance.
        draws: How often; count, >= 1.
        worse_percent: By how much the candidate's figures are made worse; percent of each, >= 0;
            of a bound in the measure's unit, at least twice that bound.
    """
    relative = replace(gate, objectives=tuple(map(relative_alone, gate.beside)))
    counts = Counter(
        _verdict(relative, [_drawn(relative, runs, draw, worse_percent) for runs in loads])
        for _ in range(draws)
    )
    return VerdictRates(counts, draws)


def relative_alone(objective: Objective) -> Objective:
    """Return an objective without its absolute criteria, which no comparison decides.

    Args:
        objective: The objective; it has a relative criterion.
    """
    passes, warns = (_relative_sets(each) for each in (objective.pass_sets, objective.warn_sets))
    return replace(
        objective,
        pass_criteria=passes[0] if passes else (),
        pass_alternatives=passes[1:],
        warn_criteria=warns[0] if warns else (),
        warn_alternatives=warns[1:],
    )


def _verdict(gate: Gate, loads: Sequence[Sides]) -> Verdict:
    assert gate.side_by_side is not None  # noqa: S101 - the caller's to see
    seen = tuple(
        (str(number), _stopped(gate, each, len(loads))) for number, each in enumerate(loads)
    )
    judging = BesideJudging(gate.objectives, seen, gate.side_by_side)
    # No criterion is absolute here: the figure that those judge is of no account.
    return worst(judging.verdict(each, 0.0) for each in gate.objectives)


def _stopped(gate: Gate, sides: Sides, loads: int) -> Sides:
    """Return the runs up to the look at which a load test would have been decided."""
    for blocks in range(FIRST_LOOK, sides.blocks):
        some = replace(sides, runs=tuple(each for each in sides.runs if each.block < blocks))
        if is_decided(gate, some, loads=loads):
            return some
    return sides


def _drawn(gate: Gate, runs: Sequence[Figures], draw: Draw, worse_percent: float) -> Sides:
    assert gate.side_by_side is not None  # noqa: S101 - the caller's to see
    wanted = 2 * gate.side_by_side.runs
    figures = [each for _ in range(0, wanted, _PIECE) for each in _piece(runs, draw)][:wanted]
    orders = drawn_orders(draw, gate.side_by_side.blocks)
    labels = [(side, block) for block, order in enumerate(orders) for side in order]
    worse = _Worse(gate.objectives, worse_percent)
    return Sides(
        "itself",
        tuple(
            SideRun(side, block, worse.figures(each) if side is Side.CANDIDATE else each)
            for (side, block), each in zip(labels, figures, strict=True)
        ),
    )


def _piece(runs: Sequence[Figures], draw: Draw) -> Iterator[Figures]:
    start = draw(len(runs))
    return (runs[(start + step) % len(runs)] for step in range(_PIECE))


@dataclass(frozen=True)
class _Worse:
    """Makes figures worse, in the direction of the objectives on them."""

    objectives: Sequence[Objective]
    percent: float

    def figures(self, figures: Figures) -> Figures:
        if not self.percent:
            return figures
        changed = {
            each.measure: self._figure(figures[each.measure], _direction(each))
            for each in self.objectives
            if each.measure in figures
        }
        return {**figures, **changed}

    def _figure(self, figure: float, tolerance: Tolerance | None) -> float:
        if tolerance is None:
            return figure
        sign = -1 if tolerance.less_is_worse else 1
        if tolerance.in_units:
            return figure + sign * tolerance.detected(self.percent, figure)
        return figure * (1 + sign * self.percent / 100)


def _direction(objective: Objective) -> Tolerance | None:
    every = (*objective.pass_sets, *objective.warn_sets)
    return next((tolerance_of(each) for criteria in every for each in criteria), None)


def _relative_sets(sets: Sequence[CriteriaSet]) -> tuple[CriteriaSet, ...]:
    relative = (tuple(each for each in criteria if each.relative) for criteria in sets)
    return tuple(each for each in relative if each)
