"""The deploy job of a CI: evidence of every stage, then a deployment that stays up."""

from __future__ import annotations

from pytest_pipeline.domain.deployments import DeploymentRecord
from pytest_pipeline.domain.pipelines import Pipeline, Run, walk
from pytest_pipeline.domain.pipelines import Promote as PromoteStep
from pytest_pipeline.engine.building import build_all, find_built
from pytest_pipeline.engine.evidence_gate import demand_evidence
from pytest_pipeline.engine.execution import Execution
from pytest_pipeline.engine.promoting import Promoter
from pytest_pipeline.errors import ConfigError, EvidenceError


def deploy_environment(
    execution: Execution, pipeline: Pipeline, name: str, *, strategy: str | None = None
) -> DeploymentRecord:
    """Deploy the tested artifact to an environment, which goes on serving.

    Every stage that stands before the environment in a whole run must have evidence for this
    revision and artifact. Nothing is built: the artifact is the one that was tested.

    Raises:
        ConfigError: If there is no such environment, or nothing to deploy.
        EvidenceError: If evidence or the artifact is missing, stale or invalid.
        PipelineError: If the deployment could not be tried.
    """
    environment = pipeline.environment(name)
    revision = execution.revision
    if pipeline.service is None or revision is None:
        raise ConfigError("nothing to deploy: the configuration has no build and run")
    steps = walk(pipeline)
    before = [
        pipeline.stage(step.stage)
        for step in steps[: steps.index(PromoteStep(name))]
        if isinstance(step, Run)
    ]
    tools = execution.tools
    artifact = find_built(tools, pipeline.service, revision.tree)
    demand_evidence(execution, before, artifact, wanted_by=f"deployment to {name}")
    if artifact is None:
        raise EvidenceError(
            f"no artifact of this revision in {tools.workspace.state / 'artifacts'}: run "
            "pytest --pipeline-stage with the first stage, or hand over the folder of the job "
            "that built it"
        )
    with execution.spending("build"):
        built = build_all(tools, pipeline.service, tools.workspace.root, revision)
    execution.artifact = built.artifact
    promoter = Promoter(
        execution, built, keep=True, strategies={name: strategy} if strategy else {}
    )
    try:
        return promoter.promote(environment)
    finally:
        promoter.close()
