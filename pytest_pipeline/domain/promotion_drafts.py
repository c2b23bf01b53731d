"""What is known of a promotion before it: what it rests on, and what was demanded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from pytest_pipeline.domain.promotions import PromotionInput


@dataclass(frozen=True)
class PromotionDraft:
    """A promotion of which only the deployment is missing; kept with the deployment's journal.

    Attributes:
        service: Name of the service.
        revision_tree: Digest of the revision's tree that the artifact was built from.
        commit: Commit id; None outside a git work tree.
        dirty: Whether the revision differed from its commit.
        way: ``deploy`` or ``rollback``.
        policy: What was demanded.
        inputs: The evidence that was demanded, approvals, promotions elsewhere.
        forced: Why somebody overruled a refusal; empty when nobody did.
        unsigned: Whether nobody has to sign it, although the project trusts signers.
    """

    service: str
    revision_tree: str
    commit: str | None
    dirty: bool
    way: str = "deploy"
    policy: Mapping[str, Any] = field(default_factory=dict)
    inputs: Sequence[PromotionInput] = ()
    forced: str = ""
    unsigned: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)


def draft_from(written: Mapping[str, Any]) -> PromotionDraft:
    """Read a draft; the reverse of `PromotionDraft.to_json`.

    Raises:
        ValueError: If it is none.
    """
    try:
        inputs = tuple(PromotionInput(**each) for each in written["inputs"])
        return PromotionDraft(**{**written, "inputs": inputs})
    except (KeyError, TypeError) as error:
        raise ValueError(f"not the draft of a promotion: {error!r}") from error
