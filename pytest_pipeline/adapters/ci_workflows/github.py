"""A workflow of GitHub Actions."""

from __future__ import annotations

from pytest_pipeline.adapters.ci_workflows.github_steps import steps_of
from pytest_pipeline.adapters.ci_workflows.head import head
from pytest_pipeline.adapters.ci_workflows.yaml_text import block, scalar
from pytest_pipeline.domain.ci_plans import CiJob, CiPlan, JobKind
from pytest_pipeline.errors import ConfigError

_RUNNER = "ubuntu-latest"
_KEYS = """
The private key is the secret PYTEST_PIPELINE_KEY of the repository (`pytest-pipeline keys new`,
`pytest-pipeline keys trust`), in the environment of the steps that sign, and of no other. Pull
requests from forks and of Dependabot are given no secrets: their first stage ends with 4, and that
is meant, for nothing may turn green that nobody vouched for. To have one judged, push its branch.
"""


def github_workflow(plan: CiPlan) -> str:
    """Return the workflow, as text.

    Raises:
        ConfigError: If the name of the folder cannot be written.
    """
    if "${{" in plan.folder:
        raise ConfigError(
            f"{plan.folder}: GitHub would take '${{{{' in the name of this folder for an "
            "expression, and it cannot be quoted; rename the folder"
        )
    jobs = "\n\n".join(_job(plan, each) for each in plan.jobs)
    return f"{head('github', plan, _KEYS)}\n{_frame(plan)}\njobs:\n{jobs}\n"


def _frame(plan: CiPlan) -> str:
    lines = [
        f"name: {scalar(plan.service)}",
        "",
        "on:",
        "  push:",
        "    branches:",
        f"      - {scalar(plan.options.branch)}",
        "  pull_request:",
        "",
        "permissions:",
        "  contents: read",
        "",
        "concurrency:",
        f"  group: {scalar(plan.service + '-${{ github.ref }}')}",
        "  cancel-in-progress: ${{ github.event_name == 'pull_request' }}",
        "",
    ]
    if plan.folder:
        lines += ["defaults:", "  run:", f"    working-directory: {scalar(plan.folder)}", ""]
    return "\n".join(lines)


def _job(plan: CiPlan, job: CiJob) -> str:
    lines = [f"{job.id}:"]
    if job.needs:
        lines.append(f"  needs: [{', '.join(job.needs)}]")
    lines += [f"  {each}" for each in (*_condition(job), *_place(plan, job))]
    lines += [f"  timeout-minutes: {job.timeout_minutes}", *_matrix(job), "  steps:"]
    steps = "\n\n".join(block(each, indent=6) for each in steps_of(plan, job))
    return f"{block(lines, indent=2)}\n{steps}"


def _condition(job: CiJob) -> list[str]:
    if job.kind is JobKind.JOIN:
        # also after a shard that failed: it says what the stage came to as a whole
        return [f"if: ${{{{ !cancelled() && needs.{job.needs[0]}.result != 'skipped' }}}}"]
    if job.kind is JobKind.DEPLOY:
        return ["if: github.event_name == 'push'"]
    return []


def _place(plan: CiPlan, job: CiJob) -> list[str]:
    options = plan.options
    if job.kind is not JobKind.DEPLOY:
        return [f"runs-on: {scalar(options.runner or _RUNNER)}"]
    return [
        f"# {job.subject} goes on serving on the machine that this job runs on.",
        f"runs-on: {scalar(options.deploy_runner or options.runner or _RUNNER)}",
        f"environment: {scalar(job.subject)}",
        "concurrency:",
        f"  group: {scalar(f'{plan.service}-deploy-{job.subject}')}",
        "  cancel-in-progress: false",
    ]


def _matrix(job: CiJob) -> list[str]:
    if job.kind is not JobKind.SHARDS:
        return []
    shards = ", ".join(str(number) for number in range(1, job.shards + 1))
    return ["  strategy:", "    fail-fast: false", "    matrix:", f"      shard: [{shards}]"]
