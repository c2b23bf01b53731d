"""The simulated world: what goes on existing when a controller dies."""

from __future__ import annotations

from random import Random

from pytest_pipeline.domain.alarms import PoolStatistics
from pytest_pipeline.domain.control_requests import ControlRequest, RequestKind
from pytest_pipeline.domain.fleets import Instance
from pytest_pipeline.testing.fake_health import FakeHealth
from pytest_pipeline.testing.fake_router import FakeRouter
from pytest_pipeline.testing.fake_target import FakeTarget
from pytest_pipeline.testing.memory_journal import MemoryJournal
from pytest_pipeline.testing.memory_ledger import MemoryLedger
from pytest_pipeline.testing.memory_site_records import MemorySiteRecords
from pytest_pipeline.testing.simulation.event_log import EventLog
from pytest_pipeline.testing.simulation.faults import ARMED, UNWATCHED, Fault, FaultKind, Storm
from pytest_pipeline.testing.simulation.referee import Referee
from pytest_pipeline.testing.simulation.scenario import Scenario
from pytest_pipeline.testing.virtual_clock import VirtualClock

ENVIRONMENT = "simulated"
#: What one call takes, seconds.
CALL_S = 0.001
#: A controller that needs more is taken for one that never ends: points passed, and seconds.
MOST_POINTS = 200_000
MOST_S = 3600.0

_REQUESTS = {
    FaultKind.PAUSE: RequestKind.PAUSE,
    FaultKind.RESUME: RequestKind.RESUME,
    FaultKind.PROMOTE: RequestKind.PROMOTE,
    FaultKind.ABORT: RequestKind.ABORT,
}


class ControllerDied(BaseException):
    """The controller was killed: nothing that it does afterwards has an effect."""


class NeverEnds(BaseException):
    """The controller went on for longer than anything takes."""


class World:
    """Instances, routers, files and people; a controller acts on it through `struck_ports`.

    Args:
        scenario: What is simulated.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.random = Random(scenario.seed)  # noqa: S311 - reproducible by intent
        self.clock = VirtualClock()
        self.target = FakeTarget()
        self.health = FakeHealth(self.target, self.clock)
        self.journal = MemoryJournal()
        self.ledger = MemoryLedger()
        self.records = MemorySiteRecords()
        self.routers: list[FakeRouter] = []
        self.log = EventLog(self.clock)
        self.storm = Storm(scenario.faults)
        self.referee = Referee(self.clock, self.target, self.health, self.log)
        self.struck: list[FaultKind] = []
        self.loose: dict[int, Instance] = {}
        self.loose_routers: list[FakeRouter] = []
        self.draining: dict[str, float] = {}
        self.faulty_pools: set[str] = set()
        self.blind_until_s = 0.0
        self.unwell_since_s: float | None = None
        self.asked_s: float | None = None
        self.waits_for: RequestKind | None = None
        self.dead = False
        self.given_up = False
        self.harmed = False
        self.points = 0
        self.dies_at: int | None = None
        self._life_began_s = 0.0
        self._life_points = 0

    def begin_life(self) -> None:
        """Let a controller begin."""
        self.dead = False
        self.referee.forget_entry()
        self.waits_for = self.asked_s = None
        self._life_began_s = self.clock.now()
        self._life_points = self.points

    def end_life(self, *, keep: bool) -> None:
        """Let a controller end, however: what it did not hand over ends with it."""
        for instance in self.loose.values():
            self.target.stop(instance, grace_s=0)
        for router in self.loose_routers:
            router.stop()
        self.loose.clear()
        self.loose_routers.clear()
        self.log.add("controller ends", "kept" if keep else "not kept")
        fault = self.storm.meanwhile() if keep and self.dead else None
        if fault is not None:
            self.harmed = True
            self._strike(fault)

    def hand_over(self) -> None:
        """Let what the controller started survive it."""
        self.referee.handed_over(self.loose.values())
        self.loose.clear()
        self.loose_routers.clear()

    def point(self) -> None:
        """Pass a point at which anything may happen.

        Raises:
            ControllerDied: If the controller dies here, or died before.
            NeverEnds: If it went on for too long.
        """
        if self.dead:
            raise ControllerDied
        self.points += 1
        self.clock.advance(CALL_S)
        passed = self.points - self._life_points
        if passed > MOST_POINTS or self.clock.now() - self._life_began_s > MOST_S:
            self.dead = True
            raise NeverEnds
        for fault in self.storm.due():
            self.harmed = True
            self._strike(fault)
        if self.dies_at == self.points:
            self._die()

    def takes(self, kind: FaultKind, about: str = "") -> bool:
        """Return whether this call is to go wrong in a way."""
        if not self.storm.takes(kind):
            return False
        self.struck.append(kind)
        self.referee.struck()
        self.log.add("fault", kind, about)
        return True

    def unrouted(self) -> None:
        """Take note that the router ended, with all that was in flight."""
        self.draining.clear()
        self.referee.unrouted()

    def calm(self) -> None:
        """Let nothing go wrong any more, and what was unwell be well."""
        self.storm.end()
        self.health.recover()
        self.faulty_pools.clear()
        self.blind_until_s = 0.0
        self.unwell_since_s = None
        self.ledger.take_requests(ENVIRONMENT)
        self.log.add("calm")

    def statistics(self, pool: str) -> PoolStatistics:
        """Return what a router counted for a pool: some requests at any time."""
        if self.blind:
            return PoolStatistics()
        requests = int(self.clock.now() * 200) + 100
        errors = requests if pool in self.faulty_pools else 0
        return PoolStatistics(requests, errors, float(requests))

    @property
    def blind(self) -> bool:
        """Whether nothing that alarms ask can be read now."""
        return self.clock.now() < self.blind_until_s

    @property
    def unwell_for_s(self) -> float:
        """How long alarms have had a reason to object, seconds; 0 when they have none."""
        unwell = self.blind or self.referee.candidate in self.faulty_pools
        if self.unwell_since_s is None or not unwell:
            return 0.0
        return self.clock.now() - self.unwell_since_s

    def take_requests(self) -> tuple[ControlRequest, ...]:
        """Return what people ask; who finds a rollout waiting for long lets it go on."""
        taken = self.ledger.take_requests(ENVIRONMENT)
        now = self.clock.now()
        if self.waits_for is not None:
            self.asked_s = now if self.asked_s is None else self.asked_s
            if now - self.asked_s > self.scenario.patience_s:
                taken += (ControlRequest(ENVIRONMENT, self.waits_for),)
                self.waits_for = self.asked_s = None
        for each in taken:
            self.log.add("heard", each.kind)
        return taken

    def drained_for_s(self, instance: str) -> float:
        """Return since when an instance gets no new requests, seconds."""
        return self.clock.now() - self.draining.get(instance, self.clock.now())

    def in_flight(self, instance: str) -> bool:
        """Return whether an instance that gets no new requests still answers earlier ones."""
        since = self.draining.get(instance)
        return since is not None and self.clock.now() < since + self.scenario.in_flight_s

    def _strike(self, fault: Fault) -> None:
        kind = fault.kind
        if kind in ARMED:
            self.storm.arm(kind)
            return
        if kind is FaultKind.CONTROLLER_DIES:
            self.struck.append(kind)
            self.referee.struck()
            self._die()
        if kind in _REQUESTS:
            self.ledger.ask(ControlRequest(ENVIRONMENT, _REQUESTS[kind]))
        elif kind in UNWATCHED:
            self._hurt(fault)
        elif kind is FaultKind.ALARM_FIRES:
            self._object()
            self.faulty_pools.add(self.referee.candidate)
        else:
            self._object()
            self.blind_until_s = self.clock.now() + fault.seconds
        self.struck.append(kind)
        self.referee.struck()
        self.log.add("fault", kind)

    def _object(self) -> None:
        """Take note that alarms have a reason to object from now on, or had one already."""
        if not self.unwell_for_s:
            self.unwell_since_s = self.clock.now()

    def _hurt(self, fault: Fault) -> None:
        if fault.kind is FaultKind.ROUTER_DIES:
            for router in self.routers:
                router.kill()
            self.draining.clear()
            return
        running = sorted(self.target.running, key=_by_pid)
        if not running:
            return
        instance = running[int(fault.victim * len(running))]
        self.referee.hurt(instance)
        if fault.kind is FaultKind.INSTANCE_DIES:
            self.target.die(instance)
        else:
            self.health.suspend(instance, fault.seconds)
        self.log.add(fault.kind, instance.id)

    def _die(self) -> None:
        self.dead = True
        self.log.add("controller dies")
        raise ControllerDied


def _by_pid(instance: Instance) -> int:
    return instance.process.pid
