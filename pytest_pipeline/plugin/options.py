"""The options, and what they ask pytest to be."""

from __future__ import annotations

from argparse import SUPPRESS, Namespace
from enum import Enum

import pytest


class Mode(Enum):
    """What this pytest was asked to be."""

    PLAIN = "pytest as always"
    CONTROLLER = "the whole pipeline"
    STAGE = "one stage"
    SMOKE = "smoke tests of a preview"
    LIST = "a list of layers and stages"
    DRY_RUN = "the plans"


def add_options(parser: pytest.Parser) -> None:
    """Register the options ``--pipeline…``."""
    group = parser.getgroup("pipeline", "layers, gates and deployments (pytest-pipeline-gates)")
    group.addoption(
        "--pipeline",
        action="store_true",
        help="Take the service from source to production: build it, run its test layers stage by "
        "stage, judge each by its gate, deploy what passed.",
    )
    group.addoption(
        "--pipeline-stage",
        metavar="NAME",
        help="Run one stage of the pipeline, with the same verdict and evidence as in a whole run.",
    )
    group.addoption(
        "--pipeline-shard",
        metavar="K/N",
        help="With --pipeline-stage: run the K-th of N parts of the stage, which take about as "
        "long as each other; 'pytest-pipeline join' judges all of them. 'auto' reads CI_NODE_INDEX "
        "and CI_NODE_TOTAL.",
    )
    group.addoption(
        "--pipeline-through",
        metavar="NAME",
        help="With --pipeline: stop after this stage or the deployment to this environment.",
    )
    group.addoption(
        "--pipeline-from",
        metavar="NAME",
        help="With --pipeline: begin with this stage; those before it need valid evidence.",
    )
    group.addoption(
        "--pipeline-list",
        action="store_true",
        help="List layers with their number of tests, stages, gates and environments; run nothing.",
    )
    group.addoption(
        "--pipeline-dry-run",
        action="store_true",
        help="Print the deployment plans of the pipeline; build, run and deploy nothing.",
    )
    group.addoption(
        "--pipeline-strategy",
        action="append",
        default=[],
        metavar="ENV=NAME",
        help="Deploy to an environment with this strategy instead of the configured one; may be "
        "given once per environment.",
    )
    group.addoption(
        "--pipeline-keep",
        action="store_true",
        help="Leave the environments serving at the end; 'pytest-pipeline down' ends them.",
    )
    group.addoption(
        "--pipeline-summary",
        metavar="FILE",
        help="Write what happened to this file, as JSON.",
    )
    group.addoption(
        "--pipeline-report",
        metavar="FILE",
        help="Write a page of HTML about the execution to this file: stages, gates, tests, "
        "deployments with their traffic.",
    )
    group.addoption(
        "--pipeline-ci",
        choices=("auto", "github", "gitlab", "none"),
        help="Write what this CI system reads: GitHub's step summary and annotations, GitLab's "
        "reports. Default: auto, what the variables GITHUB_ACTIONS and GITLAB_CI say.",
    )
    group.addoption(
        "--pipeline-unsigned",
        action="store_true",
        help="Sign nothing, though the project trusts signers. What it leaves counts nowhere "
        "else until `pytest-pipeline sign STAGE` signed it. Where the variable CI is set, for a "
        "whole stage on its own alone.",
    )
    # Not for users: deployments run smoke tests with it.
    group.addoption("--pipeline-smoke", metavar="FILE", help=SUPPRESS)


def mode_of(option: Namespace) -> Mode:
    """Return what the options ask for; a list or a dry run win over a run of the pipeline."""
    if option.pipeline_smoke:
        return Mode.SMOKE
    if option.pipeline_list:
        return Mode.LIST
    if option.pipeline_dry_run:
        return Mode.DRY_RUN
    if option.pipeline_stage:
        return Mode.STAGE
    return Mode.CONTROLLER if option.pipeline else Mode.PLAIN


def refuse_orphans(option: Namespace) -> None:
    """Refuse options that say how a pipeline runs when none is asked for.

    Raises:
        pytest.UsageError: Naming the option and what to do instead.
    """
    if option.pipeline_shard is not None:
        raise pytest.UsageError(
            "--pipeline-shard does nothing on its own: use it with --pipeline-stage=NAME"
        )
    for name in ("through", "from", "strategy", "keep", "summary", "report", "ci", "unsigned"):
        if getattr(option, f"pipeline_{name}"):
            raise pytest.UsageError(
                f"--pipeline-{name} does nothing on its own: use it with --pipeline, or, where it "
                "fits one stage, with --pipeline-stage=NAME"
            )
