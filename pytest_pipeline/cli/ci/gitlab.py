"""`pytest-pipeline ci gitlab`: a workflow for GitLab CI/CD."""

from __future__ import annotations

from typing import Any

from pytest_pipeline.cli.ci.generating import add_options, runner_of


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = commands.add_parser(
        "gitlab",
        help="for GitLab CI/CD, .gitlab-ci.yml say",
        description="Write the workflow for GitLab CI/CD to standard output, or to a file: "
        "a job for each stage, a matrix for those that several jobs share, and jobs that deploy.",
    )
    add_options(parser)
    parser.set_defaults(run=runner_of("gitlab"))
