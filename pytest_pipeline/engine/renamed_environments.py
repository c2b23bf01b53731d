"""Whether an environment begins a chain of promotions beside those of ones that are gone."""

from __future__ import annotations

from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.promotion_checks import PromotionProblem, PromotionRefusal
from pytest_pipeline.engine.toolbox import Toolbox


def renamed_problem(
    tools: Toolbox, pipeline: Pipeline, environment: str
) -> PromotionProblem | None:
    """Return that an environment may be one of before under a new name; None when it cannot be.

    A first promotion is compared with no policy: whoever renames an environment would leave its
    policy, and what serves there, behind.

    Args:
        tools: The engine's ports.
        pipeline: The pipeline as configured now.
        environment: Where nothing was promoted to yet.

    Raises:
        EvidenceError: If a promotion cannot be read.
    """
    configured = {each.name for each in pipeline.environments}
    gone = [
        name
        for name in tools.promotions.environments()
        if name not in configured and tools.promotions.promotions(name)
    ]
    if not gone:
        return None
    named = ", ".join(gone)
    folders = " and ".join(f"promotions/{each}" for each in gone)
    return PromotionProblem(
        PromotionRefusal.POLICY,
        f"the first promotion to {environment} has no policy to be compared with, and there are "
        f"promotions to {named}, which is not configured any more: was it renamed?",
        f"configure the old name again; where {environment} is another one, overrule it: "
        f"pytest-pipeline deploy {environment} --force --reason TEXT, or delete {folders} from the "
        "state folder on purpose",
    )
