"""Looks at a world when all is over."""

from __future__ import annotations

from pytest_pipeline.domain.journal_entries import is_over
from pytest_pipeline.domain.releases import Release
from pytest_pipeline.domain.rollouts import Phase
from pytest_pipeline.engine.site import Site
from pytest_pipeline.testing.simulation.violations import Invariant
from pytest_pipeline.testing.simulation.world import ENVIRONMENT, World


def check_end(world: World, site: Site | None) -> None:
    """Check that one complete healthy release serves, or nothing runs at all.

    Args:
        world: The world.
        site: The environment as it is recorded; None when nothing is kept.
    """
    world.referee.full_check()
    if site is None:
        running = [each.id for each in world.target.running]
        if running:
            world.referee.say(Invariant.COMPLETE, f"{', '.join(running)} run and nothing is kept")
        if any(each.is_running() for each in world.routers):
            world.referee.say(Invariant.COMPLETE, "a router runs and nothing is kept")
        if (
            world.scenario.keep
            and not world.given_up
            and world.ledger.promoted(ENVIRONMENT) is not None
        ):
            world.referee.say(Invariant.COMPLETE, "nothing is kept, and a release was promoted")
        return
    _check_serving(world, site)
    _check_journal(world)
    if site.stable is not None:
        _check_newest(world, site.stable)


def _check_newest(world: World, stable: Release) -> None:
    """Check that a release serves whose rollout succeeded."""
    newest = world.ledger.release(ENVIRONMENT, stable.number + 1)
    if newest is None or not _was_begun(world, f"d{newest.number}"):
        return
    if world.journal.last(f"d{newest.number}").get("phase") == Phase.SUCCEEDED:
        world.referee.say(Invariant.LEDGER, f"r{newest.number} succeeded and does not serve")


def _was_begun(world: World, deployment: str) -> bool:
    """Return whether a deployment came further than its first entry, by which nothing is done."""
    known = deployment in world.journal.deployments
    return known and world.journal.last(deployment)["kind"] != "begin"


def _check_serving(world: World, site: Site) -> None:
    say, promoted = world.referee.say, world.ledger.promoted(ENVIRONMENT)
    if site.stable is None:
        say(Invariant.COMPLETE, "an environment is kept where nothing is stable")
        return
    if promoted is None or promoted.number != site.stable.number:
        say(Invariant.LEDGER, f"{site.stable.name} is stable, promoted was {promoted}")
    wanted = sorted(site.stable.instances(world.scenario.replicas))
    running = sorted(each.id for each in world.target.running)
    if running != wanted:
        more, less = set(running) - set(wanted), set(wanted) - set(running)
        say(Invariant.COMPLETE, f"run too many: {sorted(more)}, too few: {sorted(less)}")
    _check_routing(world, wanted)


def _check_routing(world: World, wanted: list[str]) -> None:
    say = world.referee.say
    unready = [each.id for each in world.target.running if not world.health.is_ready(each)]
    if unready:
        say(Invariant.COMPLETE, f"{', '.join(unready)} are not ready")
    alive = [each for each in world.routers if each.is_running()]
    if len(alive) != 1:
        say(Invariant.COMPLETE, f"{len(alive)} routers run")
        return
    backends = sorted(b.instance for pool in alive[0].table.pools for b in pool.backends)
    if backends != wanted or sorted(world.referee.serving) != wanted:
        say(Invariant.COMPLETE, f"the router has {backends}, wanted {wanted}")
    for name, backend in world.referee.serving.items():
        found = world.target.at_port(backend.port)
        if found is None or found.id != name:
            say(Invariant.KNOWN, f"traffic for {name} goes where it does not run")


def _check_journal(world: World) -> None:
    for name in world.journal.deployments:
        if _was_begun(world, name) and not is_over((world.journal.last(name),)):
            world.referee.say(Invariant.CLOSED, f"deployment {name} is open")
