"""`pytest-pipeline status`: what is promoted, and what serves now."""

from __future__ import annotations

import argparse
from typing import Any

from pytest_pipeline import wiring
from pytest_pipeline.cli.opening import opened
from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.engine.kept_sites import find_site


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = commands.add_parser(
        "status",
        help="show what is promoted to each environment, and what serves now",
        description="Show the release promoted to each environment, and what serves now.",
    )
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    with opened(options) as (tools, pipeline):
        rows = []
        configured = {each.name: each for each in pipeline.environments}
        for name in sorted(set(tools.records.names()) - configured.keys()):
            configured[name] = Environment(name)  # it left the configuration, and yet serves
        for environment in configured.values():
            release = tools.ledger.promoted(environment.name)
            site = find_site(tools, environment)
            serving = "not kept"
            if site is not None:
                wanted, running = environment.replicas, len(site.running())
                answers = "router answers" if site.router.is_running() else "router is dead"
                serving = f"{site.router.url} ({running} of {wanted} instances, {answers})"
            promoted = f"{release.name} ({release.artifact[:19]})" if release else "nothing yet"
            rows.append((environment.name, promoted, serving))
        wiring.print_table(("environment", "promoted", "serves"), rows)
    return 0
