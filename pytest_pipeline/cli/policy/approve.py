"""`pytest-pipeline policy approve ENV`: lets a weaker policy come into force."""

from __future__ import annotations

import argparse
import getpass
from typing import Any

from pytest_pipeline.cli.opening import opened
from pytest_pipeline.cli.policy.differing import difference_of
from pytest_pipeline.domain.policy_tables import policy_table
from pytest_pipeline.engine.policy_approving import approve, approving
from pytest_pipeline.errors import ConfigError

_MORE = "; it takes the approval of {}"


def add_to(parts: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = parts.add_parser(
        "approve",
        help="approve that the policy is weaker than that of the last promotion",
        description=(
            "Approve exactly this difference to the policy of the last promotion, until something "
            "is promoted; also that the promotions go on from the last one, where nobody who is "
            "trusted signed that. Signed by a signer whom that policy lets approve; unsigned where "
            "nobody is trusted."
        ),
    )
    parser.add_argument("environment", metavar="ENV", help="name of the environment")
    parser.add_argument(
        "--reason", required=True, metavar="TEXT", help="why, for those who read it later"
    )
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    reason = options.reason.strip()
    if not reason:
        raise ConfigError("--reason: got nothing, wanted why, for those who read it later")
    with opened(options, signs=(), believed=False) as (tools, pipeline):
        difference = difference_of(tools, pipeline, options.environment)
        own = [
            each.name
            for group in (difference.approvers.former, difference.approvers.present)
            for each in group
            if tools.signer is not None and each.key == tools.signer.key
        ]
        who = own[0] if own else _user()
        envelope = approve(tools, difference, reason=reason, who=who)
        signed = "" if envelope.signatures else ", unsigned"
        still = "" if approving(tools, difference) else _MORE.format(difference.who_approves)
        table = policy_table(difference.changes) if difference.changes else ""
        told = f"{options.environment}: approved by {who}{signed}{still}\n{table}"
        tools.progress.line(told.rstrip())
    return 0


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container may run as a number that has no name
        return "somebody without a name"
