"""`pytest-pipeline strategies compare`: strategies, measured on the service at hand."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from pytest_pipeline import wiring
from pytest_pipeline.cli.strategies.constraints import (
    add_constraints,
    constraints_of,
    positive,
    seconds,
)
from pytest_pipeline.domain.comparison_outcome import outcome
from pytest_pipeline.domain.comparisons import Comparison
from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.exit_codes import ExitCode, decide
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.recommendation import recommend
from pytest_pipeline.domain.strategies import STRATEGIES, strategy_named
from pytest_pipeline.domain.textbook import production
from pytest_pipeline.engine.comparing import compared_environment
from pytest_pipeline.errors import ConfigError


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = commands.add_parser(
        "compare",
        help="measure strategies on this service, side by side",
        description=(
            "Deploy the service by each strategy under the same client traffic, take it back, and "
            "print what it came to beside what the textbooks say. Everything runs apart from "
            "environments, and is ended."
        ),
    )
    parser.add_argument(
        "environment",
        metavar="ENV",
        nargs="?",
        help="environment whose definition is used (default: production, else the last)",
    )
    parser.add_argument(
        "--strategy",
        action="append",
        metavar="NAME",
        help="only this strategy; may be given several times",
    )
    parser.add_argument("--replicas", type=positive, metavar="N", help="instances that serve")
    parser.add_argument("--rate", type=seconds, metavar="R", help="requests a second")
    parser.add_argument(
        "--repeat", type=positive, default=1, metavar="K", help="try each strategy K times"
    )
    parser.add_argument(
        "--format", choices=("table", "json", "html"), default="table", help="default: table"
    )
    parser.add_argument("--output", type=Path, metavar="FILE", help="write to a file")
    parser.add_argument(
        "--explain",
        action="store_true",
        default=argparse.SUPPRESS,  # it may be given to `strategies` itself
        help="recommend a strategy as well",
    )
    add_constraints(parser)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    root = wiring.required_root(Path(options.root))
    pipeline = wiring.load_pipeline(root)
    order = _order(options, pipeline)
    demand_output(options.output)
    folder = wiring.comparison_folder(root)
    excluded = [options.output] if options.output else []
    progress, console = wiring.progress_beside(sys.stderr if _fills_stdout(options) else sys.stdout)
    with wiring.toolbox(
        root,
        progress,
        inputs=pipeline.inputs,
        excluded=excluded,
        supervised=False,
        apart=folder,
    ) as tools:
        comparison = wiring.compare_strategies(tools, order, folder)
    _write(comparison, options, console)
    return concluded(comparison, options, console)


def concluded(comparison: Comparison, options: argparse.Namespace, console: Any) -> ExitCode:  # noqa: ANN401 - rich's
    """Recommend a strategy where that is asked for, and return the exit code."""
    code = outcome(comparison)
    if not options.explain or comparison.stopped:
        return code
    found = recommend(
        constraints_of(options, comparison.replicas),
        [each.figures for each in comparison.strategies],
    )
    wiring.print_recommendation(found, console)
    return code if found.strategy else decide((code, ExitCode.GATE_FAILED))


def demand_output(file: Path | None) -> None:
    """Find out whether the file can be written, before minutes are spent on measuring for it."""
    if file is None:
        return
    is_new = not file.exists()
    try:
        file.open("ab").close()
        if is_new:
            file.unlink()
    except OSError as error:
        raise ConfigError(
            f"--output {file} cannot be written ({error}): wanted a file in a folder that exists"
        ) from error


def _order(options: argparse.Namespace, pipeline: Pipeline) -> wiring.ComparisonOrder:
    if pipeline.service is None:
        raise ConfigError("nothing to compare: the configuration has no build and run")
    if options.rate == 0:
        raise ConfigError("--rate must be above 0, got 0: nothing is measured without traffic")
    names = tuple(dict.fromkeys(options.strategy or STRATEGIES))
    for name in names:
        strategy_named(name)
    if options.format == "html":
        wiring.demand_pages()
    environment = compared_environment(
        _environment(options, pipeline), replicas=options.replicas, rate=options.rate
    )
    return wiring.ComparisonOrder(pipeline.service, environment, names, options.repeat)


def _environment(options: argparse.Namespace, pipeline: Pipeline) -> Environment:
    if options.environment:
        return pipeline.environment(options.environment)
    found = production(pipeline.environments) or next(iter(pipeline.environments), None)
    if found is None:
        raise ConfigError(
            "nothing to compare: no environment is configured; wanted one, whose replicas, "
            "variables and probe are used"
        )
    return found


def _fills_stdout(options: argparse.Namespace) -> bool:
    return options.format != "table" and options.output is None


def _write(comparison: Comparison, options: argparse.Namespace, console: Any) -> None:  # noqa: ANN401 - rich's
    if options.format == "table":
        text = wiring.comparison_table(comparison)
    else:
        text = wiring.comparison_text(comparison, options.format)
    if options.output:
        options.output.write_text(text, encoding="utf-8")
        wiring.print_comparison(comparison, console)
    elif options.format == "table":
        wiring.print_comparison(comparison, console)
    else:
        sys.stdout.write(text)
        if comparison.stopped:
            console.print(comparison.stopped, soft_wrap=True)
