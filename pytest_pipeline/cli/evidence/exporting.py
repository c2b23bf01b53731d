"""`pytest-pipeline evidence export`: writes the folder that another job takes in."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from pytest_pipeline import wiring
from pytest_pipeline.cli.opening import opened
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.policies import demanded_stages
from pytest_pipeline.engine.exporting import Exported
from pytest_pipeline.errors import ConfigError


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = commands.add_parser(
        "export",
        help="write what belongs to the current revision into a folder",
        description=(
            "Write artifact, evidence, shards, reports, promotions and approvals of the current "
            "revision into a folder, with an index of all files."
        ),
    )
    parser.add_argument("folder", metavar="FOLDER", type=Path, help="a new or empty folder")
    parser.add_argument(
        "--stages", nargs="+", metavar="NAME", help="of these stages alone (default: of all)"
    )
    parser.add_argument(
        "--for", dest="environment", metavar="ENV", help="of the stages that ENV demands"
    )
    parser.add_argument(
        "--no-artifacts", action="store_true", help="leave artifacts out: they go another way"
    )
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    with opened(options, excluded=[options.folder], signs=()) as (tools, pipeline):
        found = wiring.exported(
            tools,
            pipeline,
            options.folder,
            stages=_stages(options, pipeline),
            artifacts=not options.no_artifacts,
        )
        tools.progress.line(_said(found, options.folder))
    return ExitCode.OK


def _stages(options: argparse.Namespace, pipeline: Pipeline) -> list[str] | None:
    if options.stages and options.environment:
        raise ConfigError("evidence export: got --stages and --for, wanted one of them")
    if options.environment:
        return [each.name for each in demanded_stages(pipeline, options.environment)]
    for each in options.stages or ():
        if pipeline.stages:
            pipeline.stage(each)
    return options.stages or None


def _said(found: Exported, folder: Path) -> str:
    size_bytes = sum(each.size_bytes for each in found.index.files.values())
    names = ", ".join(
        f"{each.name} {each.outcome}".rstrip() for each in found.checked.verification.rows
    )
    signed = (
        "its index is signed"
        if found.signed
        else "UNSIGNED: nobody signed its index, and who trusts signers will refuse it"
    )
    return f"{folder}: {len(found.index.files)} files, {size_bytes} bytes; {names}; {signed}"
