"""Demands evidence of stages: what is missing, stale or invalid refuses whatever comes after."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_pipeline.domain.evidence_checks import EvidenceRules, required_of
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.engine.compared_promotions import compared_promotions
from pytest_pipeline.engine.evidence_store import check_evidence
from pytest_pipeline.engine.execution import Execution
from pytest_pipeline.errors import EvidenceError


def demand_evidence(
    execution: Execution,
    stages: Sequence[Stage],
    artifact: str | None,
    *,
    wanted_by: str,
    max_age_s: float | None = None,
) -> None:
    """Demand that stages passed on the execution's revision and this artifact.

    Args:
        execution: The execution; its revision is known.
        stages: The stages, in order.
        artifact: Digest of the artifact; None when there is none.
        wanted_by: Name of the stage or environment that demands it, for people.
        max_age_s: How old it may be, seconds, > 0; None for any age.

    Raises:
        EvidenceError: With every problem and the command that provides what is missing.
    """
    assert execution.revision is not None  # noqa: S101 - read before anything is asked of it
    rules = EvidenceRules(
        execution.tools.clock.utc(),
        max_age_s,
        execution.tools.trust,
        execution.id,
        compared_promotions(execution.tools, stages),
    )
    required = [required_of(stage, rules) for stage in stages]
    problems = check_evidence(
        execution.tools.evidence,
        required,
        execution.revision,
        artifact,
        path=execution.tools.workspace.shown,
    )
    if problems:
        listed = "".join(f"\n  {problem}" for problem in problems)
        raise EvidenceError(f"{wanted_by} refused for want of evidence:{listed}")
