"""Demands of the promotions of an environment themselves, for a rollback."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_pipeline.domain.promotion_checks import (
    PromotionProblem,
    chain_problem,
    end_problem,
    ledger_problem,
)
from pytest_pipeline.domain.promotions import AttestedPromotion
from pytest_pipeline.domain.releases import Release
from pytest_pipeline.engine.policy_approving import adoption
from pytest_pipeline.engine.promotion_ledger import missed_releases, take_over
from pytest_pipeline.engine.toolbox import Toolbox
from pytest_pipeline.errors import EvidenceError


def broken_chain(
    tools: Toolbox,
    environment: str,
    promotions: Sequence[AttestedPromotion],
    *,
    service: str,
    unsigned: bool = False,
) -> PromotionProblem | None:
    """Return where the promotions are no chain of this service for which somebody vouches.

    Args:
        tools: The engine's ports.
        environment: Of which environment.
        promotions: Its promotions, the first one first.
        service: Name of the service; empty where it is not known.
        unsigned: Whether the last one counts all the same where nobody signed it.

    Raises:
        EvidenceError: If an approval cannot be read.
    """
    broken = chain_problem(environment, promotions, tools.trust, service)
    if broken or not promotions:
        return broken
    newest = promotions[-1]
    if (unsigned and not newest.envelope.signatures) or adoption(tools, newest):
        return None
    return end_problem(newest, tools.trust)


def demand_chain(tools: Toolbox, environment: str, service: str) -> None:
    """Demand that the promotions are a whole chain which the ledger does not contradict.

    Args:
        tools: The engine's ports.
        environment: Of which environment.
        service: Name of the service.

    Raises:
        EvidenceError: If they are not, or cannot be read.
    """
    promotions = tools.promotions.promotions(environment)
    known = [each.promotion for each in promotions]
    missed = missed_releases(tools, environment, promotions)
    promoted = missed[-1] if missed else tools.ledger.promoted(environment)
    found = (
        broken_chain(tools, environment, promotions, service=service),
        ledger_problem(environment, known, promoted),
    )
    listed = "".join(f"\n  {each}" for each in found if each is not None)
    if listed:
        raise EvidenceError(f"rollback of {environment} refused:{listed}")


def take_over_missed(tools: Toolbox, environment: str) -> None:
    """Have the ledger know the promotions that it missed.

    Raises:
        StateError: If it cannot be written, or knows another release of a number.
    """
    promotions = tools.promotions.promotions(environment)
    take_over(tools, environment, missed_releases(tools, environment, promotions))


def demand_in_chain(tools: Toolbox, environment: str, release: Release) -> None:
    """Demand that a release was promoted by somebody who is trusted, where anybody is.

    Raises:
        EvidenceError: If no promotion names it.
    """
    if not tools.trust.signers:
        return
    promotions = tools.promotions.promotions(environment)
    named = {
        (each.promotion.release.number, each.promotion.release.artifact) for each in promotions
    }
    if (release.number, release.artifact) not in named:
        raise EvidenceError(
            f"rollback of {environment} refused: no promotion names {release.name}; choose another "
            "by --to, or overrule it by --force --reason TEXT"
        )
