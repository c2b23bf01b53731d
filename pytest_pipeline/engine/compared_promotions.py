"""Promotions of what stages compare with."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_pipeline.domain.baselines import BaselineKind
from pytest_pipeline.domain.promotions import Promotion
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.engine.toolbox import Toolbox


def compared_promotions(tools: Toolbox, stages: Iterable[Stage]) -> tuple[Promotion, ...]:
    """Return the promotions to the environments whose stable release gates compare with.

    Args:
        tools: The engine's ports.
        stages: The stages whose gates count.

    Raises:
        EvidenceError: If one cannot be read.
    """
    names = dict.fromkeys(
        each.environment
        for each in stages
        if each.environment and BaselineKind.STABLE in each.gate.baselines
    )
    return tuple(
        each.promotion for name in names if name for each in tools.promotions.promotions(name)
    )
