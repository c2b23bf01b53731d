"""`pytest-pipeline strategies recommend`: which strategy to take, and why none of the others."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from pytest_pipeline import wiring
from pytest_pipeline.cli.strategies.constraints import add_constraints, constraints_of, positive
from pytest_pipeline.domain.comparison_records import read_figures
from pytest_pipeline.domain.comparisons import StrategyFigures
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.recommendation import recommend
from pytest_pipeline.errors import ConfigError

#: Instances that are assumed where nobody says how many serve.
REPLICAS = 2


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = commands.add_parser(
        "recommend",
        help="recommend a strategy from what you can bear",
        description=(
            "Recommend the strategy with the least risk that fits what you can bear, and say why "
            "each other one was not taken."
        ),
    )
    parser.add_argument(
        "--measured",
        type=Path,
        metavar="FILE",
        help="what `strategies compare --format json` measured",
    )
    parser.add_argument(
        "--replicas", type=positive, metavar="N", help="instances that serve (default: 2)"
    )
    add_constraints(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Recommend a strategy; 20 where none fits."""
    rows = _read(options.measured) if options.measured else ()
    replicas = getattr(options, "replicas", None) or REPLICAS
    found = recommend(constraints_of(options, replicas), rows)
    wiring.print_recommendation(found)
    return ExitCode.OK if found.strategy else ExitCode.GATE_FAILED


def _read(file: Path) -> tuple[StrategyFigures, ...]:
    try:
        written = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"--measured {file} cannot be read ({error}): wanted a file written by "
            "pytest-pipeline strategies compare --format json --output FILE"
        ) from error
    return read_figures(written, of=f"--measured {file}")
