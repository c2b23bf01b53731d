"""`pytest-pipeline ci github`: a workflow for GitHub Actions."""

from __future__ import annotations

from typing import Any

from pytest_pipeline.cli.ci.generating import add_options, runner_of


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = commands.add_parser(
        "github",
        help="for GitHub Actions, .github/workflows/pipeline.yml say",
        description="Write the workflow for GitHub Actions to standard output, or to a file: "
        "a job for each stage, a matrix for those that several jobs share, and jobs that deploy.",
    )
    add_options(parser)
    parser.set_defaults(run=runner_of("github"))
