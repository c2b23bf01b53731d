"""The deploy job of a CI: evidence of every stage, then a deployment that stays up."""

from __future__ import annotations

from pytest_pipeline.domain.deployments import DeploymentRecord
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.policies import demanded_stages, max_age_s
from pytest_pipeline.domain.services import Service
from pytest_pipeline.engine.building import build_all, find_built
from pytest_pipeline.engine.evidence_gate import demand_evidence
from pytest_pipeline.engine.execution import Execution
from pytest_pipeline.engine.forcing import Force
from pytest_pipeline.engine.promoting import Promoter
from pytest_pipeline.engine.promotion_demands import PromotionDemand, refuse
from pytest_pipeline.engine.promotion_gate import assess
from pytest_pipeline.errors import ConfigError, EvidenceError


def deploy_environment(
    execution: Execution,
    pipeline: Pipeline,
    name: str,
    *,
    strategy: str | None = None,
    force: Force | None = None,
) -> DeploymentRecord:
    """Deploy the tested artifact to an environment, which goes on serving.

    Every stage that the environment demands must have evidence for this revision and artifact; by
    default all that stand before it in a whole run. Nothing is built: the artifact is the one that
    was tested.

    Args:
        execution: The execution; its revision is known.
        pipeline: The pipeline.
        name: Name of the environment.
        strategy: Name of the strategy; None for the configured one.
        force: What may be overruled, and notes that it was; None for nothing.

    Raises:
        ConfigError: If there is no such environment, or nothing to deploy.
        EvidenceError: If evidence or the artifact is missing, stale or invalid.
        PipelineError: If the deployment could not be tried.
    """
    environment = pipeline.environment(name)
    service = demand_deployable(execution, pipeline, name, force=force)
    tools = execution.tools
    assert execution.revision is not None  # noqa: S101 - demanded above
    with execution.spending("build"):
        built = build_all(tools, service, tools.workspace.root, execution.revision)
    execution.artifact = built.artifact
    promoter = Promoter(
        execution, built, keep=True, strategies={name: strategy} if strategy else {}
    )
    try:
        gate = PromotionDemand(execution, pipeline, name, force=force or Force())
        return promoter.promote(environment, gate=gate)
    finally:
        promoter.close()


def demand_deployable(
    execution: Execution, pipeline: Pipeline, name: str, *, force: Force | None = None
) -> Service:
    """Demand evidence and artifact of the execution's revision; return the service.

    Raises:
        ConfigError: If there is nothing to deploy.
        EvidenceError: If evidence or the artifact is missing, stale or invalid.
    """
    tools, revision, service = execution.tools, execution.revision, pipeline.service
    if service is None or revision is None:
        raise ConfigError("nothing to deploy: the configuration has no build and run")
    artifact = find_built(tools, service, revision.tree)
    with (force or Force()).overruling(EvidenceError, tools.progress):
        demand_evidence(
            execution,
            demanded_stages(pipeline, name),
            artifact,
            wanted_by=f"deployment to {name}",
            max_age_s=max_age_s(pipeline, pipeline.environment(name)),
        )
    execution.artifact = artifact
    if artifact is None:
        raise EvidenceError(
            f"no artifact of this revision in {tools.workspace.state / 'artifacts'}: run "
            "pytest --pipeline-stage with the first stage, or hand over the folder of the job "
            "that built it"
        )
    return service


def preview_promotion(
    execution: Execution, pipeline: Pipeline, name: str, *, force: Force | None = None
) -> None:
    """Demand what is demanded of the promotion itself, touching nothing.

    Raises:
        EvidenceError: If it would be refused.
    """
    tools = execution.tools
    found = assess(tools, PromotionDemand(execution, pipeline, name).candidate())
    for remark in found.remarks:
        tools.progress.line(remark)
    with (force or Force()).overruling(EvidenceError, tools.progress):
        refuse(name, found.problems)
