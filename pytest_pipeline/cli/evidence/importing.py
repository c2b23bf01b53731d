"""`pytest-pipeline evidence import`: takes in what other jobs handed over."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pytest_pipeline import wiring
from pytest_pipeline.cli.opening import opened
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.engine.workspace import Workspace


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = commands.add_parser(
        "import",
        help="take in what other jobs exported",
        description=(
            "Verify folders that other jobs exported, and take them in: all of them, or nothing. "
            "Of recorded durations, no evidence, those of the folder named last are kept."
        ),
    )
    parser.add_argument(
        "folders", metavar="FOLDER", nargs="+", type=Path, help="folders that jobs exported"
    )
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    with opened(options) as (tools, pipeline):
        for each in wiring.imported(tools, pipeline, options.folders):
            tools.progress.line(f"{each.folder}: {each.new} files came in")
            wiring.print_verification(each.checked.verification, each.folder)
        for folder in _counted(options.folders, tools.workspace):
            tools.progress.line(
                f"{folder} lies in the service root and counts to the revision: delete it, or have "
                "git ignore it"
            )
    return ExitCode.OK


def _counted(folders: Sequence[Path], workspace: Workspace) -> list[Path]:
    """Return the folders that would count to the revision; nothing in the state folder does."""
    root, state = workspace.root.resolve(), workspace.state.resolve()
    return [
        each
        for each in folders
        if each.resolve().is_relative_to(root)
        and not each.resolve().is_relative_to(state)
        and not (each / ".gitignore").exists()
    ]
