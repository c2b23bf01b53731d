"""`pytest-pipeline history`: the latest executions."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

from pytest_pipeline import wiring
from pytest_pipeline.cli.opening import opened
from pytest_pipeline.domain.deployments import DeploymentRecord
from pytest_pipeline.engine.ledger import ExecutionRecord

#: Deployments among which those of killed executions are looked for; count.
_LOOKED_AT = 200


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = commands.add_parser(
        "history",
        help="list the latest executions",
        description="List the latest executions, newest first.",
    )
    parser.add_argument(
        "--limit", type=int, default=20, metavar="N", help="how many at most (default: 20)"
    )
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    with opened(options) as (tools, _):
        executions = tools.ledger.executions(limit=options.limit)
        unfinished = any(each.exit_code is None for each in executions)
        known = tools.ledger.deployments(limit=_LOOKED_AT) if unfinished else ()
        rows = [
            (
                each.id,
                each.kind,
                "unfinished" if each.exit_code is None else str(each.exit_code),
                outcome_of(each, known),
            )
            for each in executions
        ]
        wiring.print_table(("execution", "kind", "exit", "outcome"), rows)
    return 0


def outcome_of(execution: ExecutionRecord, known: Sequence[DeploymentRecord]) -> str:
    """Return what an execution came to, in one line.

    Args:
        execution: The execution. One that was killed could not write down its deployments with it.
        known: Deployments that the ledger knows, newest first.
    """
    if execution.exit_code is not None or execution.summary.get("deployments"):
        return outcome(execution.summary)
    own = [each for each in reversed(known) if each.id.startswith(f"{execution.id}-")]
    done = [f"{each.candidate} to {each.environment}: {each.phase}" for each in own]
    return "; ".join([*_done(execution.summary), *done]) or outcome(execution.summary)


def outcome(summary: Mapping[str, Any]) -> str:
    """Return what an execution came to, in one line."""
    parts = []
    released = summary.get("released")
    if released:
        parts.append(f"released {released['release']} to {released['environment']}")
    failures = summary.get("failures") or []
    if failures:
        parts.append(" ".join(line.strip() for line in str(failures[0]).splitlines()[:2]))
    return "; ".join(parts or _done(summary)) or "nothing was run"


def _done(summary: Mapping[str, Any]) -> list[str]:
    stages = [f"{each['name']} {each['verdict']}" for each in summary.get("stages", [])]
    deployed = [
        f"deployed {each['candidate']} to {each['environment']}"
        for each in summary.get("deployments", [])
    ]
    return [*stages, *deployed]
