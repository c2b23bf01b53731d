"""`pytest-pipeline build`: builds the artifact, and nothing else."""

from __future__ import annotations

import argparse
from typing import Any

from pytest_pipeline.cli.opening import opened
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.engine.building import build_all
from pytest_pipeline.errors import ConfigError


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = commands.add_parser(
        "build",
        help="build the artifact of this revision, for jobs that test it side by side",
        description=(
            "Build the artifact of this revision and of its peer services, unless it is in "
            ".pipeline/artifacts already. Stages do so by themselves; this is for a job before "
            "several that share the first stage."
        ),
    )
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    with opened(options) as (tools, pipeline):
        if pipeline.service is None:
            raise ConfigError("nothing to build: the configuration has no build and run")
        root = tools.workspace.root
        built = build_all(tools, pipeline.service, root, tools.revise(root))
        tools.progress.line(f"artifact {built.artifact}")
    return ExitCode.OK
