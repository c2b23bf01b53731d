"""Opens and closes sites: starts what an environment needs, and ends it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.plans import AwaitHealthy, Launch, Migrate, Shift
from pytest_pipeline.domain.releases import Release
from pytest_pipeline.engine.building import Built
from pytest_pipeline.engine.ports import Installed
from pytest_pipeline.engine.resources import STOP_GRACE_S, ResourceHall, fingerprint
from pytest_pipeline.engine.site import Site
from pytest_pipeline.engine.steps import perform
from pytest_pipeline.engine.toolbox import Toolbox
from pytest_pipeline.engine.watch import Watch


def open_site(
    tools: Toolbox, environment: Environment, built: Built, folder: Path, *, keep: bool
) -> Site:
    """Provide an environment's resources and router; nothing serves yet.

    Args:
        tools: The engine's ports.
        environment: The environment.
        built: The service and its peers, built.
        folder: Folder for logs and records; created.
        keep: Whether all of it survives its owner.

    Raises:
        PipelineError: If something does not start; what did is stopped again.
    """
    folder.mkdir(parents=True, exist_ok=True)
    hall = ResourceHall(tools, environment.name, folder, keep)
    try:
        own = hall.provide(built, environment.resources)
        tools.progress.busy(f"{environment.name}: starting the router")
        router = tools.routers.start(folder, keep=keep)
    except BaseException:
        hall.stop()
        raise
    return Site(
        environment,
        tools,
        folder,
        keep,
        router,
        tools.target(keep=keep),
        resources=own,
        started=tuple(hall.started),
        fingerprint=fingerprint(built, environment.resources),
    )


def serve(site: Site, release: Release, installed: Installed) -> None:
    """Start a release where nothing serves, without a deployment: it is stable then.

    Raises:
        PipelineError: If it does not come up.
    """
    site.admit(release, installed)
    fleet = site.fleet_of(release)
    for step in (
        Migrate(release.number),
        Launch(release.number, fleet.instances),
        AwaitHealthy(fleet.instances),
        Shift(fleet.instances, (), 0),
    ):
        perform(step, site, Watch(site.tools.clock))
    site.stable = release


def close_site(site: Site) -> None:
    """End everything that was started for a site, clients' traffic first; never half-done.

    Raises:
        PipelineError: The first that occurred, after all the rest was ended.
    """
    site.tools.progress.busy(f"{site.environment.name}: stopping")
    errors: list[BaseException] = []

    def attempt(end: Callable[[], object]) -> None:
        try:
            end()
        except BaseException as error:  # noqa: BLE001 - collected and raised below
            errors.append(error)

    attempt(site.router.stop)
    peers = [each for each in site.started if each.provided.kind == "service"]
    ends: list[Callable[[], object]] = [peer.stop for peer in peers]
    ends += [partial(site.target.stop, each, grace_s=STOP_GRACE_S) for each in site.fleet.values()]
    site.tools.concurrently(attempt, ends)
    for each in reversed(site.started):
        if each not in peers:
            attempt(each.stop)
    site.fleet.clear()
    if errors:
        raise errors[0]
