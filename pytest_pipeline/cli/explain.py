"""`pytest-pipeline explain`: why an execution, a stage or an environment stands where it stands."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict, replace
from typing import Any

from pytest_pipeline import wiring
from pytest_pipeline.cli.opening import opened
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.vouching import accepted
from pytest_pipeline.engine.explaining import explain


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = commands.add_parser(
        "explain",
        help="say why an execution, a stage or an environment stands where it stands",
        description=(
            "Say what decided, which evidence the current revision has, what keeps it from each "
            "environment, and which command leads on. For an environment: everything that a "
            "deployment to it demands; 0 when it may be deployed, else 22."
        ),
    )
    parser.add_argument(
        "subject",
        metavar="EXECUTION|ENV|STAGE",
        nargs="?",
        help="an environment, a stage, or an execution's identifier or the beginning of it "
        "(default: the last execution)",
    )
    parser.add_argument(
        "--format", choices=("table", "json"), default="table", help="default: table"
    )
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    with opened(options) as (tools, pipeline):
        found = explain(tools, tools.supervisors, pipeline, options.subject)
        found = replace(found, trust=accepted(tools.trust))
        if options.format == "json":
            sys.stdout.write(json.dumps(asdict(found), indent=2) + "\n")
        else:
            wiring.print_explanation(found)
    deployable = all(each.deployable for each in found.environments)
    return ExitCode.OK if deployable else ExitCode.EVIDENCE_REFUSED
