"""What the commands about policies compare."""

from __future__ import annotations

from pytest_pipeline import wiring
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.engine.policy_approving import PolicyDifference, policy_difference


def difference_of(
    tools: wiring.WiredToolbox, pipeline: Pipeline, environment: str
) -> PolicyDifference:
    """Compare the policy of an environment with that of its last promotion.

    Raises:
        ConfigError: If there is no such environment.
        EvidenceError: If a promotion cannot be read.
    """
    pipeline.environment(environment)
    promotions = tools.promotions.promotions(environment)
    newest = promotions[-1] if promotions else None
    return policy_difference(pipeline, environment, newest)
