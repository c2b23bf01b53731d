"""`pytest-pipeline sign STAGE`: judges a stage's report again, and signs what it comes to."""

from __future__ import annotations

import argparse
from typing import Any

from pytest_pipeline import wiring
from pytest_pipeline.cli.opening import opened
from pytest_pipeline.domain.trust import PublicKey, Trust
from pytest_pipeline.engine.signing_again import judge_again, sign_again
from pytest_pipeline.engine.signing_demands import demand_signer

_KEYID_SHOWN = 12


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = commands.add_parser(
        "sign",
        help="judge a stage's report again where no tests run, and sign what it comes to",
        description=(
            "Take the evidence of a stage for this very revision and artifact, judge its report "
            "again by the gate of this checkout, and sign the verdict. Evidence that does not say "
            "what its report comes to is refused, with every difference. No test code is run: this "
            "is for a job that has the key, after a job that has not."
        ),
    )
    parser.add_argument("stage", metavar="STAGE", help="name of the stage")
    parser.add_argument(
        "--key",
        dest="key_file",
        metavar="FILE",
        help="file of the private key (default: what PYTEST_PIPELINE_KEY holds, or "
        "PYTEST_PIPELINE_KEY_FILE names)",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="judge and compare, but sign nothing"
    )
    parser.set_defaults(run=_run)


def _named(trust: Trust, key: PublicKey) -> str:
    shown = key.keyid[:_KEYID_SHOWN]
    known = trust.of([key.keyid])
    return f"{known[0].name} (key {shown})" if known else f"the key {shown}"


def _run(options: argparse.Namespace) -> int:
    """Sign; the exit code is that of the stage, 22 where nothing was signed."""
    if options.key_file:
        options.key = wiring.key_in(options.key_file)
    with opened(options, signs=()) as (tools, pipeline):
        stage = pipeline.stage(options.stage)
        if not options.dry_run:
            key = tools.signer.key if tools.signer else None
            demand_signer(tools.trust, key, stages=(stage.name,))
        execution = wiring.draft_execution(tools, kind="sign")
        with execution.containing():
            judged = judge_again(execution, pipeline, stage)
            executed = judged.result.measurements["tests.executed"]
            said = f"stage {stage.name} is {judged.result.verdict} by its report"
            done = "would be signed"
            if not options.dry_run:
                done = f"signed by {_named(tools.trust, sign_again(execution, judged))}"
            tools.progress.line(f"{said}, {executed:g} tests executed: {done}")
            return int(judged.result.exit_code)
        for failure in execution.failures:
            tools.progress.line(failure)
        return int(execution.exit_code)
