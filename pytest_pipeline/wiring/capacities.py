"""Measurements of capacity: made, shown, written."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_pipeline.domain.capacity import CapacityReport, Search
from pytest_pipeline.domain.capacity.asked_loads import stages_at
from pytest_pipeline.domain.capacity.load_objectives import LoadObjectives
from pytest_pipeline.domain.capacity.locustfiles import chosen_locustfile
from pytest_pipeline.domain.capacity.records import capacity_record
from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.releases import Release, configuration_of
from pytest_pipeline.domain.services import Service
from pytest_pipeline.engine.building import Built, build_all, build_peers, install
from pytest_pipeline.engine.capacity import Measuring, OpenLoad
from pytest_pipeline.engine.rollback_target import named_release
from pytest_pipeline.errors import ConfigError
from pytest_pipeline.wiring.executions import counted_load_runner
from pytest_pipeline.wiring.machines import machine
from pytest_pipeline.wiring.screens import standard_console
from pytest_pipeline.wiring.toolbox import WiredToolbox

if TYPE_CHECKING:
    from rich.console import Console

    from pytest_pipeline.engine.ports import LoadRunner, Router

# ruff: noqa: PLC0415 - adapters are imported when they are first needed


@dataclass(frozen=True)
class CapacityOrder:
    """What is to be measured.

    Attributes:
        pipeline: The pipeline.
        service: Its service.
        environment: The environment whose definition is used.
        instances: Numbers of instances, in order; counts, >= 1.
        objectives: What has to be met.
        search: How the highest rate is looked for.
        load: What is asked at each rate; with no locustfile for the only one.
        release: Name of the release that serves; empty for the working tree.
    """

    pipeline: Pipeline
    service: Service
    environment: Environment
    instances: Sequence[int]
    objectives: LoadObjectives
    search: Search
    load: OpenLoad
    release: str = ""


def capacity_folder(root: Path) -> Path:
    """Return a new folder for the logs, the ledger and the records of one measurement."""
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"
    return root / ".pipeline" / "capacities" / name


def measure_capacity(tools: WiredToolbox, order: CapacityOrder, folder: Path) -> CapacityReport:
    """Measure how much a service holds, for each number of its instances.

    Args:
        tools: The toolbox; apart, so that no kept environment hears of it.
        order: What is to be measured.
        folder: Folder for logs and records.

    Raises:
        PipelineError: If it cannot be built, does not serve at all, or no load can be begun.
        KeyboardInterrupt: If it was stopped before anything was finished.
    """
    root, measured = tools.workspace.root, tools.clock.utc()
    locustfile = _locustfile(tools, order)
    built, release = _served(tools, order)
    measuring = Measuring(
        tools=tools,
        runner_at=lambda router: _runner(tools, router),
        environment=order.environment,
        built=built,
        installed=install(tools, built.artifact),
        release=release,
        load=replace(order.load, locustfile=str(locustfile)),
        objectives=order.objectives.used,
        search=order.search,
        folder=folder,
    )
    capacities = tuple(measuring.measure(order.instances))
    inside = locustfile.is_relative_to(root)
    return CapacityReport(
        service=order.service.name,
        environment=order.environment.name,
        artifact=built.artifact,
        release=order.release and release.name,
        locustfile=str(locustfile.relative_to(root)) if inside else str(locustfile),
        user_classes=order.load.user_classes,
        duration_s=order.load.duration_s,
        objectives=order.objectives.used,
        left_out=order.objectives.left_out,
        measured=measured,
        machine=machine(),
        processors=os.cpu_count() or 1,
        capacities=capacities,
        stopped=measuring.stopped,
    )


def capacity_json(report: CapacityReport) -> str:
    """Return a report as JSON."""
    return json.dumps(capacity_record(report), indent=2) + "\n"


def capacity_html(report: CapacityReport) -> str:
    """Return a report as a page.

    Raises:
        MissingExtraError: If the extra ``report`` is not installed.
    """
    from pytest_pipeline.adapters.html_report import capacity_page

    return capacity_page(report)


def capacity_png(report: CapacityReport) -> bytes:
    """Return the plots of a report as a picture.

    Raises:
        MissingExtraError: If the extra ``report`` is not installed.
    """
    from pytest_pipeline.adapters.html_report import capacity_picture

    return capacity_picture(report)


def print_capacity(report: CapacityReport, console: Console | None = None) -> None:
    """Print a report as a table, on standard output by default."""
    from pytest_pipeline.adapters.console import render_capacity

    render_capacity(report, console or standard_console())


def demand_load_extra() -> None:
    """Find out whether loads can be run, before anything is built for one.

    Raises:
        MissingExtraError: If the extra ``load`` is not installed.
    """
    from pytest_pipeline.adapters.locust_load import demand_locust

    demand_locust()


def _runner(tools: WiredToolbox, router: Router) -> LoadRunner:
    """Return what runs loads, and holds them against what the router got."""
    from pytest_pipeline.adapters.locust_load import LocustRunner

    return counted_load_runner(LocustRunner(tools.processes), router.counts_at)


def _locustfile(tools: WiredToolbox, order: CapacityOrder) -> Path:
    if order.load.locustfile:
        given = Path(order.load.locustfile)
        if not given.is_file():
            raise ConfigError(f"--locustfile {given} is no file: wanted a locustfile")
        return given.resolve()
    root = tools.workspace.root
    stages = stages_at(order.pipeline, order.environment.name)
    layers = {layer for each in stages for layer in each.layers}
    return root / chosen_locustfile(tools.revise(root).files, layers)


def _served(tools: WiredToolbox, order: CapacityOrder) -> tuple[Built, Release]:
    """Return what serves: what the working tree comes to, or an earlier release."""
    service, root = order.service, tools.workspace.root
    if not order.release:
        built = build_all(tools, service, root, tools.revise(root))
        configuration = configuration_of(service.run, order.environment.variables)
        return built, Release(1, built.artifact, configuration)
    known = WiredToolbox(root, tools.progress, inputs=order.pipeline.inputs)
    release = named_release(known, order.environment.name, order.release)
    return Built(service, release.artifact, build_peers(tools, service, root)), release
