"""From recorded runs to the blocks that are compared, or why they cannot be."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pytest_pipeline.domain.side_by_side.failed_requests import too_many_failed
from pytest_pipeline.domain.side_by_side.permutation import Block
from pytest_pipeline.domain.side_by_side.runs import Side, SideRun, Sides
from pytest_pipeline.domain.side_by_side.settings import RUNS_IN_BLOCK


@dataclass(frozen=True)
class Paired:
    """The figures of a measure, block by block.

    Attributes:
        blocks: In the order in which they ran, in the measure's unit; empty where they cannot be
            compared.
        unusable: Why they cannot, in words; empty when they can.
    """

    blocks: tuple[Block, ...] = ()
    unusable: str = ""


def paired(sides: Sides, measure: str, most_blocks: int) -> Paired:
    """Return the blocks of a measure.

    What is missing is never made up: one run without a figure, and nothing is compared.

    Args:
        sides: The runs.
        measure: Name of the measure.
        most_blocks: Blocks that were planned; more are not what was asked for.
    """
    if not sides.runs:
        return Paired(unusable="no run was made side by side")
    lacking = sum(not _measured(each, measure) for each in sides.runs)
    if lacking:
        return Paired(unusable=f"{measure} was not measured in {lacking} of {len(sides.runs)} runs")
    failed = too_many_failed(sides, measure)
    if failed:
        return Paired(unusable=failed)
    by_block: dict[int, list[SideRun]] = {}
    for each in sides.runs:
        by_block.setdefault(each.block, []).append(each)
    if len(by_block) > most_blocks:
        return Paired(
            unusable=f"it has {len(by_block)} blocks of runs, and the gate plans {most_blocks}"
        )
    return _whole(by_block, measure)


def _whole(by_block: Mapping[int, Sequence[SideRun]], measure: str) -> Paired:
    """Return the blocks, in order, if none of them is missing or lacks a run."""
    numbers = sorted(by_block)
    if numbers != list(range(len(numbers))):
        told = ", ".join(str(each + 1) for each in numbers)
        return Paired(unusable=f"blocks of runs are missing: it has {told}")
    blocks = [_block(by_block[each], measure) for each in numbers]
    whole = tuple(each for each in blocks if each is not None)
    if len(whole) < len(blocks):
        return Paired(unusable="a block of runs is not whole: wanted two of each release")
    return Paired(whole)


def _block(runs: Sequence[SideRun], measure: str) -> Block | None:
    candidate, stable = (
        [each.figures[measure] for each in runs if each.side is side]
        for side in (Side.CANDIDATE, Side.STABLE)
    )
    if len(candidate) != RUNS_IN_BLOCK or len(stable) != RUNS_IN_BLOCK:
        return None
    return Block((candidate[0], candidate[1]), (stable[0], stable[1]))


def _measured(run: SideRun, measure: str) -> bool:
    return math.isfinite(run.figures.get(measure, math.nan))
