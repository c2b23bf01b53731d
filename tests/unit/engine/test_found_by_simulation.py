"""What simulated deployments found broken, each in its smallest form."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pytest_pipeline.domain.journal_entries import begun, happened, intended
from pytest_pipeline.domain.plans import AwaitHealthy, Bake, Shift
from pytest_pipeline.domain.releases import Release
from pytest_pipeline.domain.rollback_triggers import RollbackTrigger
from pytest_pipeline.domain.rollouts import Observed, Phase, StepDone, StepFailed, begin
from pytest_pipeline.domain.routing import RoutingTable
from pytest_pipeline.engine.building import install
from pytest_pipeline.engine.deploying import plan_for
from pytest_pipeline.engine.kept_sites import discard_site, record_site
from pytest_pipeline.engine.observing import observe
from pytest_pipeline.engine.resuming import abort, resume
from pytest_pipeline.engine.site import Site
from pytest_pipeline.engine.steps import perform
from pytest_pipeline.engine.watch import Watch
from pytest_pipeline.errors import RouterError
from pytest_pipeline.testing.simulation.controllers import Controllers
from pytest_pipeline.testing.simulation.faults import Fault, FaultKind
from pytest_pipeline.testing.simulation.scenario import Scenario
from pytest_pipeline.testing.simulation.world import World


class Place:
    """A kept environment where r1 serves with four instances, and r2 is known."""

    def __init__(self, strategy: str = "blue-green", *, faults: tuple[Fault, ...] = ()) -> None:
        self.world = World(
            Scenario(
                seed=1,
                strategy=strategy,
                options={},
                minimum_healthy=None,
                stable_replicas=4,
                replicas=4,
                keep=True,
                irreversible=False,
                progress_deadline_s=60.0,
                ready_s=0.0,
                in_flight_s=0.0,
                patience_s=1.0,
                commands=(),
                twice=False,
                faults=faults,
            )
        )
        self.controllers = Controllers(self.world)
        self.controllers.open_stable()
        self.candidate = self.controllers.register(irreversible=False)

    def found(self) -> Site:
        site = self.controllers.find()
        assert site is not None
        site.admit(self.candidate, install(site.tools, self.candidate.artifact))
        return site

    def half_way(self, step: type, *, also: bool = False) -> Site:
        """Deploy up to before the first step of a kind; ``also`` performs it and is killed."""
        site = self.found()
        plan, stable = plan_for(site, self.candidate, site.environment.strategy), site.stable
        assert isinstance(stable, Release)
        state = begin(plan, site.fleet_of(stable), site.fleet_of(self.candidate))
        site.deployment = "d2"
        write: Callable[[dict[str, object]], None] = lambda entry: site.tools.journal.append(  # noqa: E731
            "d2", {**entry, "at": ""}
        )
        write(begun(state))
        for index, each in enumerate(plan.steps):
            write(intended(index, each))
            if not isinstance(each, step) or also:
                perform(each, site, Watch(site.tools.clock))
            if isinstance(each, step):
                break
            record_site(site)
            write(happened(StepDone()))
        self.world.end_life(keep=True)
        return self.found()

    def die(self, identifier: str) -> None:
        self.world.target.die(self.instance(identifier))

    def unwell(self, identifier: str, seconds: float) -> None:
        self.world.health.suspend(self.instance(identifier), seconds)

    def instance(self, identifier: str):  # type: ignore[no-untyped-def]  # noqa: ANN201 - a fleet's
        return next(each for each in self.world.target.running if each.id == identifier)

    def running(self) -> list[str]:
        return sorted(each.id for each in self.world.target.running)

    def routed(self) -> dict[str, str]:
        table = self.world.routers[-1].table
        return {b.instance: str(b.state) for pool in table.pools for b in pool.backends}


R1 = [f"r1-{index}" for index in range(4)]


@pytest.fixture
def place() -> Place:
    return Place()


def test_a_deployment_that_is_discarded_with_its_environment_is_over(place: Place) -> None:
    discard_site(place.half_way(AwaitHealthy))

    assert place.world.journal.last("d2")["kind"] == "ended"


def test_an_environment_is_not_dead_because_a_plan_has_stopped_everything() -> None:
    place = Place("in-place")
    site = place.half_way(AwaitHealthy)
    for each in list(place.world.target.running):
        place.world.target.die(each)

    adopted = place.controllers.adopt()

    assert adopted is not None
    assert place.running() == R1
    assert len(place.world.routers) == 1
    assert site.router.url == adopted.router.url


def test_an_aborted_deployment_keeps_the_candidate_while_stable_is_short(place: Place) -> None:
    site = place.half_way(Shift, also=True)
    record_site(site)
    place.unwell("r1-0", 2.0)

    abort(site, "somebody asks")

    first = place.world.journal.read("d2")
    observed = next(each for each in first if each["kind"] == "observed")
    assert {"r2-0", "r2-1"} <= set(observed["ready"])  # type: ignore[call-overload]
    assert place.running() == R1


def test_a_shift_that_was_not_written_down_may_be_in_force(place: Place) -> None:
    site = place.half_way(Shift, also=True)

    assert set(site.serving()) == set(R1)
    abort(site, "somebody asks")
    drained = [table for table in place.world.log if "draining" in table and "r2-0" in table]

    assert drained
    assert place.running() == R1


def test_an_update_that_was_not_confirmed_may_be_in_force(place: Place) -> None:
    site = place.half_way(Shift)
    apply = site.router.apply

    def late(table: RoutingTable) -> None:
        apply(table)
        raise RouterError("not confirmed in time")

    site.router.apply = late  # type: ignore[method-assign]
    with pytest.raises(RouterError):
        site.route(Shift((), tuple(f"r2-{index}" for index in range(4)), 100))

    assert "r2-0" in observe(site).serving
    assert "r1-0" in observe(site).serving


def test_a_router_that_is_started_again_is_not_told_of_the_dead(place: Place) -> None:
    site = place.found()
    place.die("r1-0")
    observe(site)
    for router in place.world.routers:
        router.kill()

    site.mend_router()

    assert sorted(place.routed()) == R1[1:]


def test_what_died_after_the_last_step_is_started_again_by_resume(place: Place) -> None:
    site = place.half_way(AwaitHealthy)
    abort(site, "somebody asks")  # over, and not concluded
    record_site(site)
    place.die("r1-3")

    record = resume(place.found())

    assert record.phase == Phase.ROLLED_BACK
    assert place.running() == R1
    assert sorted(place.routed()) == R1


def test_a_way_back_that_is_resumed_is_planned_from_what_is_seen_just_before_it(
    place: Place,
) -> None:
    site = place.half_way(Bake)
    place.unwell("r1-0", 0.3)  # well again when the traffic was measured for a while
    for entry in (
        happened(StepFailed("alarm", RollbackTrigger.STOP_ON_ALARM)),
        happened(Observed(observe(site))),
    ):
        site.tools.journal.append("d2", {**entry, "at": ""})

    resume(place.found())
    seen = [each for each in place.world.journal.read("d2") if each["kind"] == "observed"]

    assert seen[-1]["ready"] == R1


def test_a_candidate_that_is_unwell_again_gets_no_first_traffic_before_it_recovers(
    place: Place,
) -> None:
    site = place.half_way(Shift)
    place.unwell("r2-1", 2.0)
    before_s = site.tools.clock.now()

    perform(Shift((), tuple(f"r2-{i}" for i in range(4)), 100), site, Watch(site.tools.clock))

    assert site.tools.clock.now() - before_s >= 2.0
    assert place.routed()["r2-1"] == "serving"


def test_what_was_written_down_already_is_not_written_again(place: Place) -> None:
    site = place.found()
    record_site(site)
    written = place.world.records.written("simulated")

    record_site(site)

    assert place.world.records.written("simulated") is written


def test_an_abort_is_heard_before_the_migration_begins() -> None:
    soon = Fault(FaultKind.ABORT, after_entries=1, after_calls=5, seconds=0.0, victim=0.0)
    place = Place(faults=(soon,))

    record = place.controllers.deploy()
    happenings = "\n".join(place.world.log)

    assert record.phase == Phase.ROLLED_BACK
    assert "heard abort" in happenings
    assert "run migration of r3" not in happenings


def test_those_that_are_ready_already_are_not_asked_all_the_time(place: Place) -> None:
    site = place.half_way(AwaitHealthy)
    place.unwell("r2-0", 2.0)
    asked: list[str] = []
    ready = site.tools.health.ready

    def count(url: str, *, timeout_s: float) -> str | None:
        asked.append(url)
        return ready(url, timeout_s=timeout_s)

    site.tools.health.ready = count  # type: ignore[method-assign]
    perform(AwaitHealthy(tuple(f"r2-{index}" for index in range(4))), site, Watch(site.tools.clock))

    assert asked.count(place.instance("r2-0").url + "/ready") > 30
    assert asked.count(place.instance("r2-1").url + "/ready") == 2
