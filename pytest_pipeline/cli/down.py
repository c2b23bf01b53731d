"""`pytest-pipeline down [ENV …]`: ends kept environments."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from pytest_pipeline import wiring
from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.engine.kept_sites import discard_site, find_site
from pytest_pipeline.engine.taking import take_environment
from pytest_pipeline.engine.under_way import under_way
from pytest_pipeline.errors import ConcurrencyError, ConfigError, PipelineError


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
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would be ended, and do nothing"
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
        end = _show if options.dry_run else _end
        failures = [end(tools, name) for name in options.environments or kept]
        if not kept:
            tools.progress.line("nothing is kept")
    return ExitCode.ERROR if any(failures) else ExitCode.OK


def _end(tools: wiring.WiredToolbox, name: str) -> bool:
    """End one environment; return whether that failed, so that the others are ended as well."""
    try:
        take_environment(tools, Environment(name), by="pytest-pipeline down")
        # First: it would start again what is ended.
        tools.supervisors.end(name)
        site = find_site(tools, Environment(name))
        if site is not None:
            discard_site(site)
    except ConcurrencyError as error:
        # Not in its words: they advise how deployments are to queue up, and nothing does here.
        tools.progress.line(f"{name}: {_in_use(tools, name) or error}")
        return True
    except PipelineError as error:
        tools.progress.line(f"{name}: {error}")
        return True
    finally:
        tools.records.yield_up(name)
    tools.progress.line(f"{name} is down")
    return False


def _show(tools: wiring.WiredToolbox, name: str) -> bool:
    """Say what would be ended; return whether that would be refused."""
    record = tools.records.read(name) or {}
    found, holder = under_way(tools, name), tools.records.holder(name)
    doing = f"; under way: {found}" if found else ""
    tools.progress.line(f"{name}: would end what serves at {record.get('url')}{doing}")
    if holder is not None:
        tools.progress.line(f"{name}: would be refused: {_in_use(tools, name)}")
    return holder is not None


def _in_use(tools: wiring.WiredToolbox, name: str) -> str:
    """Say who has an environment and what to do about it; empty when nobody has it."""
    holder = tools.records.holder(name)
    if holder is None:
        return ""
    return (
        f"in use by {holder}: end its deployment with pytest-pipeline abort {name}, or wait for "
        f"its end; then pytest-pipeline down {name}"
    )
