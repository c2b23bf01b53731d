"""The deploy job of a CI: evidence of every stage, then a deployment that stays up."""

from __future__ import annotations

from pytest_pipeline.domain.deployments import DeploymentRecord
from pytest_pipeline.domain.pipelines import Pipeline, Run, walk
from pytest_pipeline.domain.pipelines import Promote as PromoteStep
from pytest_pipeline.domain.services import Service
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.engine.building import build_all, find_built
from pytest_pipeline.engine.evidence_gate import demand_evidence
from pytest_pipeline.engine.execution import Execution
from pytest_pipeline.engine.forcing import Force
from pytest_pipeline.engine.promoting import Promoter
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

    Every stage that stands before the environment in a whole run must have evidence for this
    revision and artifact. Nothing is built: the artifact is the one that was tested.

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
        return promoter.promote(environment)
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
            execution, stages_before(pipeline, name), artifact, wanted_by=f"deployment to {name}"
        )
    if artifact is None:
        raise EvidenceError(
            f"no artifact of this revision in {tools.workspace.state / 'artifacts'}: run "
            "pytest --pipeline-stage with the first stage, or hand over the folder of the job "
            "that built it"
        )
    return service


def stages_before(pipeline: Pipeline, name: str) -> tuple[Stage, ...]:
    """Return the stages that stand before an environment in a whole run."""
    steps = walk(pipeline)
    return tuple(
        pipeline.stage(step.stage)
        for step in steps[: steps.index(PromoteStep(name))]
        if isinstance(step, Run)
    )
