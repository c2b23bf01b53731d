"""Promotions in memory."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_pipeline.domain.envelopes import Envelope
from pytest_pipeline.domain.promotion_statements import promotion_in
from pytest_pipeline.domain.promotions import AttestedPromotion
from pytest_pipeline.domain.trust import PublicKey
from pytest_pipeline.engine.attesting import SignatureVerifier
from pytest_pipeline.errors import StateError


class MemoryPromotions:
    """Implements `engine.promotion_store.PromotionStore` for one process.

    Args:
        verifier: Checks signatures; None where nobody signs.
        keys: Keys whose signatures are looked for.
    """

    def __init__(
        self, verifier: SignatureVerifier | None = None, keys: Sequence[PublicKey] = ()
    ) -> None:
        self._verifier = verifier
        self._keys = keys
        self._promotions: dict[tuple[str, int], Envelope] = {}
        self._approvals: dict[str, list[Envelope]] = {}

    def promotions(self, environment: str) -> tuple[AttestedPromotion, ...]:
        """Return the promotions of an environment, the first one first."""
        numbered = sorted(each for each in self._promotions if each[0] == environment)
        return tuple(self._attested(self._promotions[each]) for each in numbered)

    def environments(self) -> tuple[str, ...]:
        """Return the names of the environments that have promotions, sorted."""
        return tuple(sorted({environment for environment, _ in self._promotions}))

    def add(self, envelope: Envelope) -> None:
        """Store a promotion under its number.

        Raises:
            StateError: If another one has its number.
        """
        promotion = promotion_in(envelope)
        place = (promotion.environment, promotion.sequence)
        if place in self._promotions:
            raise StateError(f"there is a promotion {place[1]} to {place[0]} already")
        self._promotions[place] = envelope

    def approvals(self, environment: str) -> tuple[Envelope, ...]:
        """Return the approvals of an environment's policies, as they were found."""
        return tuple(self._approvals.get(environment, ()))

    def approve(self, environment: str, envelope: Envelope) -> None:
        """Store an approval; one that is there already stays."""
        known = self._approvals.setdefault(environment, [])
        if envelope.digest not in [each.digest for each in known]:
            known.append(envelope)

    def _attested(self, envelope: Envelope) -> AttestedPromotion:
        promotion = promotion_in(envelope)
        if self._verifier is None or not self._keys:
            return AttestedPromotion(promotion, envelope)
        return AttestedPromotion(promotion, envelope, self._verifier.verified(envelope, self._keys))
