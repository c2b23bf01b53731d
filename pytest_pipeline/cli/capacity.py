"""`pytest-pipeline capacity`: the highest rate that meets the objectives."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from pytest_pipeline import wiring
from pytest_pipeline.cli.capacity_options import add_options, demand_places
from pytest_pipeline.domain.capacity import CapacityReport, Search, outcome
from pytest_pipeline.domain.capacity.asked_loads import asked_objectives, most_processes
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.engine.capacity import OpenLoad
from pytest_pipeline.errors import ConfigError


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = commands.add_parser(
        "capacity",
        help="find the highest rate that meets the objectives",
        description=(
            "Load the service at rising rates until an objective is missed, halve the interval, "
            "and print the highest rate that was held, for several numbers of instances. "
            "Everything runs apart from environments, and is ended."
        ),
    )
    add_options(parser)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    root = wiring.required_root(Path(options.root))
    order = _order(options, wiring.load_pipeline(root))
    demand_places(options)
    folder = wiring.capacity_folder(root)
    stream = sys.stderr if options.format == "json" else sys.stdout
    progress, console = wiring.progress_beside(stream)
    with wiring.toolbox(
        root,
        progress,
        inputs=order.pipeline.inputs,
        excluded=[each for each in (options.html, options.png) if each],
        supervised=False,
        apart=folder,
    ) as tools:
        report = wiring.measure_capacity(tools, order, folder)
    _write(report, options, console)
    return outcome(report)


def _order(options: argparse.Namespace, pipeline: Pipeline) -> wiring.CapacityOrder:
    if pipeline.service is None:
        raise ConfigError("nothing to measure: the configuration has no build and run")
    wiring.demand_load_extra()
    environment = pipeline.environment(options.environment)
    return wiring.CapacityOrder(
        pipeline=pipeline,
        service=pipeline.service,
        environment=environment,
        instances=options.instances,
        objectives=asked_objectives(options.objective or (), pipeline, environment.name),
        search=Search(
            options.first_rate, options.last_rate, options.precision, probes=options.probes
        ),
        load=OpenLoad(
            str(options.locustfile or ""),
            tuple(options.user_class or ()),
            options.duration,
            options.warm_up,
            options.processes or most_processes(pipeline, environment.name),
        ),
        release=options.release or "",
    )


def _write(report: CapacityReport, options: argparse.Namespace, console: Any) -> None:  # noqa: ANN401 - rich's
    wiring.print_capacity(report, console)
    if options.format == "json":
        sys.stdout.write(wiring.capacity_json(report))
    if options.html:
        options.html.write_text(wiring.capacity_html(report), encoding="utf-8")
    if options.png:
        options.png.write_bytes(wiring.capacity_png(report))
