"""`pytest-pipeline gates baseline`: measures the merge base."""

from __future__ import annotations

import argparse
from typing import Any

from pytest_pipeline import wiring
from pytest_pipeline.cli.opening import opened
from pytest_pipeline.domain.baselines import BaselineKind
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.revisions import short_commit
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.engine.measuring_baselines import BaselineMeasuring, MeasuredStage
from pytest_pipeline.engine.progress import Progress


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = commands.add_parser(
        "baseline",
        help="measure the commit where the branch began",
        description=(
            "Run stages on the files of the merge base, in a work tree apart, and keep what was "
            "measured: objectives with baseline = 'merge-base' and ratchets compare with it."
        ),
    )
    parser.add_argument(
        "stages",
        nargs="*",
        metavar="STAGE",
        help="stages to measure (default: those whose gate compares with the merge base)",
    )
    parser.add_argument(
        "--again", action="store_true", help="measure also what was measured already"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Measure the merge base; 21 where a stage could not be measured."""
    with opened(options) as (tools, pipeline):
        stages = _asked(pipeline, options.stages)
        if not stages:
            tools.progress.line("no gate compares with the merge base: nothing to measure")
            return ExitCode.OK
        measuring = wiring.baseline_measuring(tools, pipeline.name)
        commit = tools.history.merge_base(tools.workspace.root, pipeline.base)
        wanted = [
            stage
            for stage in stages
            if options.again or not _said_known(measuring, stage.name, commit)
        ]
        if not wanted:
            return ExitCode.OK
        measured = measuring.measure(wanted, commit)
        for each in measured:
            _say(tools.progress, each, commit)
        return ExitCode.OK if all(each.evidence for each in measured) else ExitCode.INCONCLUSIVE


def _asked(pipeline: Pipeline, names: list[str]) -> list[Stage]:
    if names:
        return [pipeline.stage(name) for name in dict.fromkeys(names)]
    return [each for each in pipeline.stages if BaselineKind.MERGE_BASE in each.gate.baselines]


def _said_known(measuring: BaselineMeasuring, stage: str, commit: str) -> bool:
    known = measuring.known(stage, commit)
    if known is None:
        return False
    measuring.tools.progress.line(
        f"{stage} was measured at merge base {short_commit(commit)} already, {known.created}: "
        "--again measures it anew"
    )
    return True


def _say(progress: Progress, measured: MeasuredStage, commit: str) -> None:
    at = f"{measured.stage} at merge base {short_commit(commit)}"
    if measured.evidence is None:
        progress.line(measured.output)
        progress.line(f"{at} could not be measured: {measured.failure}")
        return
    figures = measured.evidence.measurements
    failed = figures.get("tests.failed", 0)
    red = f"; {failed:g} failed there, and the figures count all the same" if failed else ""
    progress.line(
        f"{at} is measured: {figures.get('tests.executed', 0):g} tests executed, "
        f"{figures.get('tests.skipped', 0):g} skipped{red}"
    )
