"""`pytest-pipeline gates selftest`: makes things go wrong, and shows that each gate blocks."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pytest_pipeline import wiring
from pytest_pipeline.cli.strategies.constraints import positive
from pytest_pipeline.domain.injections import INJECTIONS
from pytest_pipeline.domain.selftest_records import selftest_record
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.engine.selftesting import SelfTesting, chosen_injections
from pytest_pipeline.errors import ConfigError


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    listed = "".join(f"\n  {name:20}{meaning}" for name, meaning in INJECTIONS.items())
    parser = commands.add_parser(
        "selftest",
        help="make things go wrong in each stage, and show that its gate blocks",
        description=(
            "Make things go wrong in each stage, one at a time, on a copy of the service, and "
            "show that its gate blocks each of them."
        ),
        epilog=f"injections:{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "stages", metavar="STAGE", nargs="*", help="which gates; all when none is named"
    )
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="INJECTION",
        help="only this injection; may be given several times",
    )
    parser.add_argument(
        "--format", choices=("table", "json"), default="table", help="default: table"
    )
    parser.add_argument(
        "--jobs",
        type=positive,
        default=1,
        metavar="N",
        help="so many injections at once into stages without an environment (default: 1)",
    )
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    root = wiring.required_root(Path(options.root))
    pipeline = wiring.load_pipeline(root)
    only = chosen_injections(options.only)
    chosen = _chosen(options.stages, pipeline.stages)
    as_json = options.format == "json"
    progress, console = wiring.progress_beside(sys.stderr if as_json else sys.stdout)
    with wiring.selftest_sessions(root, pipeline, jobs=options.jobs) as sessions:
        found = SelfTesting(sessions, progress, only).run(pipeline.stages, chosen)
        progress.idle()
    if as_json:
        sys.stdout.write(json.dumps(selftest_record(found), indent=2) + "\n")
    else:
        wiring.print_selftest(found, console)
    return found.exit_code


def _chosen(names: Sequence[str], stages: Sequence[Stage]) -> tuple[str, ...]:
    known = [each.name for each in stages]
    if not known:
        raise ConfigError(
            "no stage is configured, so there is no gate of yours to put to the test: name them, "
            "[tool.pytest_pipeline.stages.unit] say"
        )
    for name in names:
        if name not in known:
            raise ConfigError(f"no stage {name!r}; known: {', '.join(known)}")
    return tuple(names or known)
