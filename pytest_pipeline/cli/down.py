"""`pytest-pipeline down [ENV …]`: ends kept environments."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from pytest_pipeline import wiring
from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.engine.kept_sites import discard_site, find_site
from pytest_pipeline.errors import ConfigError, PipelineError


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
    # By its record alone: it may have left the configuration, or that may be broken.
    root = wiring.required_root(Path(options.root))
    with wiring.toolbox(root, wiring.standard_progress()) as tools:
        kept = tools.records.names()
        unknown = sorted(set(options.environments) - set(kept))
        if unknown:
            raise ConfigError(
                f"environment {unknown[0]!r} is not kept; kept: {', '.join(kept) or 'none'}"
            )
        failures = [_end(tools, name) for name in options.environments or kept]
        if not kept:
            tools.progress.line("nothing is kept")
    return ExitCode.ERROR if any(failures) else ExitCode.OK


def _end(tools: wiring.WiredToolbox, name: str) -> bool:
    """End one environment; return whether that failed, so that the others are ended as well."""
    try:
        tools.records.acquire(name, by="pytest-pipeline down")
        site = find_site(tools, Environment(name))
        if site is not None:
            discard_site(site)
    except PipelineError as error:
        tools.progress.line(f"{name}: {error}")
        return True
    finally:
        tools.records.yield_up(name)
    tools.progress.line(f"{name} is down")
    return False
