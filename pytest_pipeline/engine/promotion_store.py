"""The port to the promotions of environments, and to approvals of their policies."""

from __future__ import annotations

from typing import Protocol

from pytest_pipeline.domain.envelopes import Envelope
from pytest_pipeline.domain.promotions import AttestedPromotion


class PromotionStore(Protocol):
    """Promotions and approvals, in files that one job passes to the next."""

    def promotions(self, environment: str) -> tuple[AttestedPromotion, ...]:
        """Return the promotions of an environment, the first one first.

        Raises:
            EvidenceError: If one cannot be read.
        """
        ...

    def environments(self) -> tuple[str, ...]:
        """Return the names of the environments that have promotions, sorted."""
        ...

    def add(self, envelope: Envelope) -> None:
        """Store a promotion under its number; durable when the call returns.

        Raises:
            StateError: If it cannot be written, or another one has its number.
        """
        ...

    def approvals(self, environment: str) -> tuple[Envelope, ...]:
        """Return the approvals of an environment's policies, as they were found.

        Raises:
            EvidenceError: If one cannot be read.
        """
        ...

    def approve(self, environment: str, envelope: Envelope) -> None:
        """Store an approval.

        Raises:
            StateError: If it cannot be written.
        """
        ...
