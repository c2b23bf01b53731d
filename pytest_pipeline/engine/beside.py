"""Launches the release beside that load is compared with, side by side, and ends it again."""

from __future__ import annotations

from contextlib import suppress

from pytest_pipeline.domain.handoffs import Beside
from pytest_pipeline.domain.plans import AwaitHealthy, Shift
from pytest_pipeline.domain.releases import Release
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.engine.baselines import TO_COMPARE
from pytest_pipeline.engine.building import install
from pytest_pipeline.engine.compared_releases import Chosen, choose_compared, not_beside
from pytest_pipeline.engine.execution import Execution
from pytest_pipeline.engine.site import Site
from pytest_pipeline.engine.steps.draining import drain
from pytest_pipeline.engine.steps.health import await_healthy
from pytest_pipeline.engine.steps.stopping import stop
from pytest_pipeline.engine.watch import Watch
from pytest_pipeline.errors import PipelineError, RouterError


def launch_beside(
    execution: Execution, stage: Stage, site: Site | None, *, itself: bool = False
) -> Beside | None:
    """Launch stable beside the release under test, where the gate of a stage compares with it.

    It runs in the same environment, with its own configuration and as many instances, and answers
    at the router's preview address; no client is sent there. It ends with this process at the
    latest, also in a kept environment.

    Args:
        execution: The execution.
        stage: The stage whose tests come next.
        site: The environment that they run against; None for none.
        itself: Whether the release under test is compared with itself, in every run that the
            settings allow.

    Returns:
        What tests and gate are told; None where nothing is compared side by side. When it could
        not be launched that says why, and nothing of it runs.

    Raises:
        TargetError: If it was not ready and could not be ended.
    """
    if not stage.gate.beside or (execution.kind == TO_COMPARE and not itself):
        return None
    if site is None or site.stable is None:
        return Beside(
            missing=f"stage {stage.name} runs against no environment, and nowhere else can a "
            f"release be launched beside: set environment in [stages.{stage.name}]"
        )
    candidate = site.stable
    if itself:
        copy = Release(candidate.number + 1, candidate.artifact, candidate.configuration)
        return _launched(site, candidate, Chosen(copy), exhaustive=True)
    with execution.spending("deploy"):
        chosen = choose_compared(execution, stage, site.environment.name, candidate)
        if isinstance(chosen, Chosen):
            chosen = _launched(site, candidate, chosen)
    for said in filter(None, (chosen.missing, chosen.passed_over)):
        site.tools.progress.line(f"{site.environment.name}: {said}")
    return chosen


def end_beside(site: Site | None) -> None:
    """End what `launch_beside` launched, requests in flight first; nothing where nothing was.

    Raises:
        TargetError: If an instance could not be ended.
    """
    if site is None or site.beside is None:
        return
    instances = tuple(each for each in site.fleet_of(site.beside).instances if each in site.fleet)
    watch = Watch(site.tools.clock)
    site.tools.progress.busy(f"{site.environment.name}: stopping {site.beside.name} beside")
    with suppress(RouterError):  # a dead one is told of by who looks for damage
        site.route(Shift(tuple(sorted(site.serving())), (), 0))
        drain(site, instances, watch)
    with suppress(RouterError):
        stop(site, instances, watch)
    site.beside = None


def _launched(
    site: Site, candidate: Release, chosen: Chosen, *, exhaustive: bool = False
) -> Beside:
    """Launch a release beside the candidate, and lead the preview address to it."""
    tools, name, release = site.tools, site.environment.name, chosen.release
    tools.progress.busy(f"{name}: launching {release.name} beside {candidate.name}")
    site.beside = release
    failures = site.failures
    try:
        site.admit(release, install(tools, release.artifact))
        instances = site.fleet_of(release).instances
        for each in instances:
            _start(site, each, release)
        await_healthy(site, AwaitHealthy(instances), Watch(tools.clock))
        site.route(Shift(tuple(sorted(site.serving())), instances, 0, preview=True))
    except PipelineError as error:
        end_beside(site)
        return not_beside(chosen, str(error))
    except BaseException:
        end_beside(site)
        raise
    finally:
        site.failures = failures  # it is no candidate of a deployment
    tools.progress.line(
        f"{name}: {release.name} serves beside {candidate.name}, to compare load with"
    )
    return Beside(
        release.name,
        release.artifact,
        site.router.preview_url,
        exhaustive=exhaustive,
        passed_over=chosen.passed_over,
    )


def _start(site: Site, instance: str, release: Release) -> None:
    """Start an instance that does not outlive this process, whatever is kept of the site."""
    request = site.launch_request(instance, release.number)
    with site.tools.uninterrupted():
        site.fleet[instance] = site.tools.target(keep=False).launch(request)
    site.course.launched(site.fleet[instance])
