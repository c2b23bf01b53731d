"""What the promotion of a rollback rests on: the promotion of the release that it goes back to."""

from __future__ import annotations

from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.policies import policy_document
from pytest_pipeline.domain.promotion_drafts import PromotionDraft
from pytest_pipeline.domain.promotions import PromotionInput
from pytest_pipeline.domain.releases import Release
from pytest_pipeline.engine.toolbox import Toolbox


def rollback_draft(
    tools: Toolbox, pipeline: Pipeline, environment: str, release: Release, *, forced: str
) -> PromotionDraft:
    """Return what the promotion of a rollback rests on.

    The policy stays that of the last promotion: nobody gets a weaker one into force by going back.

    Args:
        tools: The engine's ports.
        pipeline: The pipeline as configured now.
        environment: Where.
        release: What is gone back to.
        forced: Why a refusal was overruled; empty where none was.

    Raises:
        EvidenceError: If a promotion cannot be read.
        ArtifactError: If the release's artifact was altered.
    """
    promotions = tools.promotions.promotions(environment)
    before = [each for each in promotions if each.promotion.release.number == release.number]
    last = before[-1] if before else None
    return PromotionDraft(
        service=pipeline.name,
        revision_tree=tools.artifacts.verify(release.artifact).revision_tree,
        commit=last.promotion.commit if last else None,
        dirty=last.promotion.dirty if last else True,
        way="rollback",
        policy=promotions[-1].promotion.policy
        if promotions
        else policy_document(pipeline, environment),
        inputs=(PromotionInput(f"promotions/{environment}", last.digest),) if last else (),
        forced=forced,
    )
