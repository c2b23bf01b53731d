"""Does what a fault is, at a site."""

from __future__ import annotations

from collections.abc import Callable

from pytest_pipeline.domain.drills import EXPECTATIONS, Fault
from pytest_pipeline.domain.releases import Release
from pytest_pipeline.engine.drilling.toolbox import DrillToolbox
from pytest_pipeline.engine.site import Site
from pytest_pipeline.errors import TargetError

#: How processes are named that are routers.
ROUTER = "router"


def prepare(tools: DrillToolbox, site: Site, fault: Fault, candidate: Release) -> None:
    """Stand in front of the candidate's instances, where the fault needs that."""
    if EXPECTATIONS[fault].injected is not None:
        tools.faulty.cover(candidate.number, ready=site.run_of(candidate.number).ready)


def strike(tools: DrillToolbox, site: Site, fault: Fault, candidate: Release) -> None:
    """Do it.

    Raises:
        TargetError: If there is nothing to do it to.
        PipelineError: If it cannot be done.
    """
    tools.progress.line(f"{site.environment.name}: {fault}: {EXPECTATIONS[fault].what}")
    match fault:
        case Fault.KILL_NEW:
            _kill_instance(tools, site, lambda release: release == candidate.number)
        case Fault.KILL_OLD:
            _kill_instance(tools, site, lambda release: release != candidate.number)
        case Fault.KILL_ROUTER:
            _kill_router(tools)
        case Fault.DISK_FULL:
            tools.disk.fill()
        case Fault.LATENCY | Fault.ERRORS | Fault.HUNG_HEALTH:
            tools.faulty.inject(EXPECTATIONS[fault].injected)


def lift(tools: DrillToolbox) -> None:
    """Undo what lasts of a fault; nothing when nothing does.

    Raises:
        PipelineError: If that cannot be done.
    """
    tools.disk.free()
    tools.faulty.inject(None)


def _kill_instance(tools: DrillToolbox, site: Site, chosen: Callable[[int], bool]) -> None:
    """Kill the instance of a release that would serve longest."""
    victims = sorted(each for each in site.serving() if chosen(site.number_of(each)))
    if not victims:
        raise TargetError(
            "no instance of that release serves at that moment; with more of them one does: "
            "--replicas 2"
        )
    tools.started.kill(site.fleet[victims[-1]].process)


def _kill_router(tools: DrillToolbox) -> None:
    for name, process in tools.started.running():
        if name.startswith(ROUTER):
            tools.started.kill(process)
            return
    raise TargetError("no router runs")
