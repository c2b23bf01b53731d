"""`pytest-pipeline mend ENV`: what the supervisor runs when something died; not for people."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from pytest_pipeline import wiring
from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.engine.supervising import BUSY, mend_environment
from pytest_pipeline.errors import ConcurrencyError, ConfigError


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command, without a line in the list of commands."""
    parser = commands.add_parser("mend", description="Start again what died of an environment.")
    parser.add_argument("environment", metavar="ENV", help="name of the environment")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    root = wiring.required_root(Path(options.root))
    with wiring.toolbox(root, wiring.standard_progress(), supervised=False) as tools:
        try:
            mended = mend_environment(tools, _environment(tools, options.environment))
        except ConcurrencyError as error:
            tools.progress.line(str(error))
            return BUSY
        if mended:
            tools.progress.line(f"mended: {mended}")
    return 0


def _environment(tools: wiring.WiredToolbox, name: str) -> Environment:
    """Return the environment as configured; as recorded, if that is broken at the moment."""
    try:
        return wiring.load_pipeline(tools.workspace.root).environment(name)
    except ConfigError as error:
        tools.progress.line(str(error))
        record = tools.records.read(name) or {}
        instances = record.get("instances")
        return Environment(name, replicas=len(instances) if isinstance(instances, list) else 1)
