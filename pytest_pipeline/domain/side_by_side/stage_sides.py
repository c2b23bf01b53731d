"""The runs side by side of all load tests of a stage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pytest_pipeline.domain.baselines import Baseline
from pytest_pipeline.domain.side_by_side.orders import ORDERS
from pytest_pipeline.domain.side_by_side.runs import Side, SideRun, Sides
from pytest_pipeline.domain.side_by_side.settings import SideBySide

_NONE = Baseline("stable", missing="no load was put on stable beside to compare with")

#: A load test and its runs.
NamedSides = tuple[str, Sides]


@dataclass(frozen=True)
class RunsBeside:
    """What load figures are compared with, side by side, or why there is nothing.

    Attributes:
        loads: The runs of every load test of the stage; empty where there are none.
        missing: Why there are none, then.
        remark: What is to be known of them, in words; empty for nothing.
    """

    loads: tuple[NamedSides, ...] = ()
    missing: Baseline = _NONE
    remark: str = ""


_OF_THE_SELF_TEST = "the self-test"


def sides_of_stage(loads: Sequence[tuple[str, Sides | None]]) -> tuple[NamedSides, ...]:
    """Return the runs of every load test, each by a name of its own.

    Args:
        loads: Test that asked for the load, and its runs; a test may ask twice.

    Returns:
        None of them where one was not run side by side: what it would say is not known.
    """
    asked: Counter[str] = Counter()
    found = []
    for name, sides in loads:
        if sides is None or not sides.runs:
            return ()
        asked[name] += 1
        found.append((f"{name} ({asked[name]})" if asked[name] > 1 else name, sides))
    return tuple(found)


def noiseless_sides(
    names: Sequence[str],
    settings: SideBySide,
    candidate: Mapping[str, float],
    stable: Mapping[str, float],
) -> tuple[NamedSides, ...]:
    """Return runs as a self-test of a gate makes them up: without noise.

    Args:
        names: Names of the load tests; one is made up where there are none.
        settings: How many runs are made.
        candidate: Figures of the candidate, by measure.
        stable: Figures of stable; without any there are no runs.
    """
    if not stable:
        return ()
    # What stable lacks is not compared; failed requests of the candidate are none of these runs'.
    of_both = {measure: figure for measure, figure in candidate.items() if measure in stable}
    figures = {Side.CANDIDATE: of_both, Side.STABLE: stable}
    runs = tuple(
        SideRun(side, block, figures[side])
        for block in range(settings.blocks)
        for side in ORDERS[0]
    )
    return tuple((name, Sides(_OF_THE_SELF_TEST, runs)) for name in names or [_OF_THE_SELF_TEST])
