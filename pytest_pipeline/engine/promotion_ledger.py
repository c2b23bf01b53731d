"""Promotions that the ledger does not know: of another machine, or whose writer died."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_pipeline.domain.promotion_checks import lagging_release
from pytest_pipeline.domain.promotions import AttestedPromotion
from pytest_pipeline.domain.releases import Release
from pytest_pipeline.engine.toolbox import Toolbox


def missed_releases(
    tools: Toolbox, environment: str, promotions: Sequence[AttestedPromotion]
) -> tuple[Release, ...]:
    """Return the releases that promotions name and the ledger does not know to be promoted.

    That is all of them where it knows of none, as in a fresh clone; else the very last, if only
    that is missing.

    Args:
        tools: The engine's ports.
        environment: Of which environment.
        promotions: Its promotions, the first one first.
    """
    known = [each.promotion for each in promotions]
    promoted = tools.ledger.promoted(environment)
    if promoted is None:
        return tuple(each.release for each in known)
    lagging = lagging_release(known, promoted)
    return () if lagging is None else (lagging,)


def take_over(tools: Toolbox, environment: str, missed: Sequence[Release]) -> None:
    """Have the ledger know promotions that it missed; say so.

    Raises:
        StateError: If it cannot be written, or knows another release of that number.
    """
    if not missed:
        return
    tools.ledger.adopt_promotions(environment, missed)
    named = ", ".join(dict.fromkeys(each.name for each in missed))
    tools.progress.line(f"{environment}: the ledger takes over the promotions of {named}")
