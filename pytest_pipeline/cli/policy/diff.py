"""`pytest-pipeline policy diff ENV`: what changed since the last promotion."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from typing import Any

from pytest_pipeline.cli.opening import opened
from pytest_pipeline.cli.policy.differing import difference_of
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.policies import policy_document_digest
from pytest_pipeline.domain.policy_tables import policy_table
from pytest_pipeline.engine.policy_approving import PolicyDifference, approving


def add_to(parts: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = parts.add_parser(
        "diff",
        help="compare the policy with that of the last promotion; 22 when it is weaker",
        description=(
            "Compare the policy of an environment with that of its last promotion, objective by "
            "objective. Ends with 22 when it is weaker somewhere and nobody approved that."
        ),
    )
    parser.add_argument("environment", metavar="ENV", help="name of the environment")
    parser.add_argument(
        "--format", choices=("table", "json"), default="table", help="default: table"
    )
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    with opened(options) as (tools, pipeline):
        difference = difference_of(tools, pipeline, options.environment)
        refused = difference.wants_approval and not approving(tools, difference)
        told = _json if options.format == "json" else _text
        sys.stdout.write(told(difference, refused=refused))
    return ExitCode.EVIDENCE_REFUSED if refused else ExitCode.OK


def _text(difference: PolicyDifference, *, refused: bool) -> str:
    name = difference.environment
    command = f"pytest-pipeline policy approve {name} --reason TEXT"
    if refused and not difference.weaker:
        return (
            f"{name}: nobody who is trusted signed the last promotion; may be adopted by "
            f"{difference.who_approves}: {command}\n"
        )
    if not difference.old:
        return f"{name}: nothing to compare with: no promotion with a policy yet\n"
    if not difference.changes:
        return f"{name}: the policy is that of the last promotion\n"
    table = policy_table(difference.changes)
    if not refused:
        state = "weaker, and approved" if difference.weaker else "not weaker"
        return f"{name}: the policy differs from that of the last promotion; {state}\n{table}\n"
    return (
        f"{name}: the policy is weaker than that of the last promotion; may be approved by "
        f"{difference.who_approves}: {command}\n{table}\n"
    )


def _json(difference: PolicyDifference, *, refused: bool) -> str:
    document = {
        "environment": difference.environment,
        "old": policy_document_digest(difference.old) if difference.old else None,
        "new": policy_document_digest(difference.new),
        "refused": refused,
        "changes": [asdict(each) for each in difference.changes],
    }
    return json.dumps(document, indent=2) + "\n"
