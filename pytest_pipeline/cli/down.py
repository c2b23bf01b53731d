"""`pytest-pipeline down [ENV …]`: ends kept environments."""

from __future__ import annotations

import argparse
from typing import Any

from pytest_pipeline.cli.opening import opened
from pytest_pipeline.engine.kept_sites import discard_site, find_site
from pytest_pipeline.errors import ConfigError


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = commands.add_parser(
        "down",
        help="end environments that go on serving",
        description="End environments that --pipeline-keep or deploy left serving.",
    )
    parser.add_argument(
        "environments", metavar="ENV", nargs="*", help="which; all that serve when none is named"
    )
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    with opened(options) as (tools, pipeline):
        kept = tools.records.names()
        for name in options.environments or kept:
            environment = pipeline.environment(name)
            site = find_site(tools, environment)
            if site is None:
                raise ConfigError(
                    f"environment {name!r} is not kept; kept: {', '.join(kept) or 'none'}"
                )
            discard_site(site)
            tools.progress.line(f"{name} is down")
        if not kept:
            tools.progress.line("nothing is kept")
    return 0
