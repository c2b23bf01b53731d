"""Whether the current revision may be deployed to an environment, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_pipeline.domain.deploy_checks import DeployCheck, evidence_check, promotion_check
from pytest_pipeline.domain.evidence_checks import EvidenceRules, required_of
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.policies import demanded_stages, max_age_s
from pytest_pipeline.domain.promotion_checks import PromotionRefusal
from pytest_pipeline.domain.revisions import Revision
from pytest_pipeline.engine.compared_promotions import compared_promotions
from pytest_pipeline.engine.evidence_store import check_evidence
from pytest_pipeline.engine.promotion_demands import found_evidence
from pytest_pipeline.engine.promotion_gate import Assessment, Candidate, assess
from pytest_pipeline.engine.toolbox import Toolbox
from pytest_pipeline.errors import EvidenceError

_CHAIN = PromotionRefusal.CHAIN


def deploy_checks(
    tools: Toolbox, pipeline: Pipeline, environment: str, revision: Revision, artifact: str | None
) -> tuple[DeployCheck, ...]:
    """Return everything that a deployment demands, in the order in which it is provided.

    Args:
        tools: The engine's ports.
        pipeline: The pipeline as configured now.
        environment: Name of the environment.
        revision: What is to be deployed.
        artifact: Its artifact; None where it is not here.

    Raises:
        EvidenceError: If evidence cannot be read.
        StateError: If the ledger cannot be read.
    """
    return (
        *_evidence(tools, pipeline, environment, revision, artifact),
        _artifact(pipeline, artifact),
        *_promotion(tools, pipeline, environment, revision, artifact),
    )


def rules_for(tools: Toolbox, pipeline: Pipeline, environment: str | None) -> EvidenceRules:
    """Return what is demanded of all evidence for an environment; None for a stage."""
    if environment is None:
        limit = pipeline.evidence_max_age_s
    else:
        limit = max_age_s(pipeline, pipeline.environment(environment))
    promotions = compared_promotions(tools, pipeline.stages)
    return EvidenceRules(tools.clock.utc(), limit, tools.trust, promotions=promotions)


def _evidence(
    tools: Toolbox, pipeline: Pipeline, environment: str, revision: Revision, artifact: str | None
) -> Iterator[DeployCheck]:
    stages = demanded_stages(pipeline, environment)
    rules = rules_for(tools, pipeline, environment)
    required = [required_of(each, rules) for each in stages]
    refused = check_evidence(
        tools.evidence, required, revision, artifact, path=tools.workspace.shown
    )
    problems = {each.stage: each for each in refused}
    names = [each.name for each in stages]
    found = {
        each.evidence.stage: each for each in found_evidence(tools, names, revision.tree, artifact)
    }
    for name in names:
        yield evidence_check(name, found.get(name), problems.get(name), rules)


def _artifact(pipeline: Pipeline, artifact: str | None) -> DeployCheck:
    if artifact is not None:
        return DeployCheck("artifact", met=True, told=artifact.removeprefix("sha256:")[:12])
    first = pipeline.stages[0].name if pipeline.stages else ""
    command = f"pytest --pipeline-stage={first}" if first else "pytest --pipeline"
    return DeployCheck(
        "artifact", met=False, told="the artifact of this revision is not here", command=command
    )


def _promotion(
    tools: Toolbox, pipeline: Pipeline, environment: str, revision: Revision, artifact: str | None
) -> Iterator[DeployCheck]:
    evidence = found_evidence(
        tools,
        [each.name for each in demanded_stages(pipeline, environment)],
        revision.tree,
        artifact,
    )
    try:
        found = assess(tools, Candidate(pipeline, environment, revision, artifact, evidence))
    except EvidenceError as error:
        yield DeployCheck(str(_CHAIN), met=False, told=str(error))
        return
    problems = {each.refusal: each for each in found.problems}
    for refusal, told in _standing(found).items():
        yield promotion_check(str(refusal), problems.get(refusal), told)


def _standing(found: Assessment) -> dict[PromotionRefusal, str]:
    """Say how each thing stands, where nothing is wrong with it."""
    count, remarks = len(found.promotions), "; ".join(found.remarks)
    newest = found.promotions[-1].promotion if found.promotions else None
    last = f"promotion {newest.sequence} is {newest.release.name}" if newest else "no promotion yet"
    missed = ", which the ledger takes over" if found.missed else ""
    policy = "as of the last promotion" if newest else "the first one"
    if found.difference.weaker:
        policy = "weaker, and approved"
    elif found.difference.changes:
        policy = f"not weaker, changes: {len(found.difference.changes)}"
    return {
        PromotionRefusal.CHAIN: f"whole, promotions: {count}",
        PromotionRefusal.LEDGER: remarks or f"{last}{missed}",
        PromotionRefusal.OVERTAKING: "nothing newer serves",
        PromotionRefusal.POLICY: policy,
    }
