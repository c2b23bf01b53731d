"""`pytest-pipeline policy show ENV`: what is demanded before something is promoted there."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from pytest_pipeline.cli.opening import opened
from pytest_pipeline.domain.policies import policy_document, policy_document_digest


def add_to(parts: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = parts.add_parser(
        "show",
        help="print the policy of an environment as it is configured now",
        description=(
            "Print the policy of an environment as JSON: demanded stages with their gates, how old "
            "evidence may be, and who is believed; and its digest."
        ),
    )
    parser.add_argument("environment", metavar="ENV", help="name of the environment")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    with opened(options) as (_, pipeline):
        pipeline.environment(options.environment)
        policy = policy_document(pipeline, options.environment)
        document = {"digest": policy_document_digest(policy), "policy": policy}
        sys.stdout.write(json.dumps(document, indent=2) + "\n")
    return 0
