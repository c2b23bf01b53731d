"""A pipeline of GitLab CI/CD."""

from __future__ import annotations

import shlex

from pytest_pipeline.adapters.ci_workflows.gitlab_jobs import column, job_lines
from pytest_pipeline.adapters.ci_workflows.head import head
from pytest_pipeline.adapters.ci_workflows.yaml_text import scalar
from pytest_pipeline.domain.ci_plans import CiPlan

_KEYS = """
The private key is the CI/CD variable PYTEST_PIPELINE_KEY, masked. GitLab masks one line only: take
the line between head and foot of the file that `pytest-pipeline keys new` made. The shell takes it
out of the environment at once, and gives it to the commands that sign, and to no other. Where it is
missing, in merge requests from forks say, the first stage ends with 4, and that is meant: nothing
may turn green that nobody vouched for. A protected variable is missing on branches that are not.
"""


def gitlab_workflow(plan: CiPlan) -> str:
    """Return the pipeline, as text."""
    jobs = "\n\n".join("\n".join(job_lines(plan, each)) for each in plan.jobs)
    return f"{head('gitlab', plan, _KEYS)}\n{_frame(plan)}\n{jobs}\n"


def _frame(plan: CiPlan) -> str:
    branch = scalar(f'$CI_COMMIT_BRANCH == "{plan.options.branch}"')
    lines = [
        "stages:",
        *(f"  - {each}" for each in _stages(plan)),
        "",
        "workflow:",
        "  rules:",
        '    - if: $CI_PIPELINE_SOURCE == "merge_request_event"',
        f"    - if: {branch}",
        "",
        "default:",
        f"  image: {scalar(f'python:{plan.options.python}')}",
        "  interruptible: true",
    ]
    if plan.options.runner:
        lines += ["  tags:", f"    - {scalar(plan.options.runner)}"]
    return "\n".join([*lines, "  before_script:", *_before(plan), ""])


def _before(plan: CiPlan) -> list[str]:
    commands = [
        "key=$PYTEST_PIPELINE_KEY; unset PYTEST_PIPELINE_KEY",
        'signing() { PYTEST_PIPELINE_KEY=$key "$@"; }',
    ]
    if plan.folder:
        commands.append(f"cd {shlex.quote(plan.folder)}")
    return [f"    - {scalar(each)}" for each in (*commands, plan.options.install)]


def _stages(plan: CiPlan) -> list[str]:
    return [scalar(each) for each in dict.fromkeys(column(plan, job) for job in plan.jobs)]
