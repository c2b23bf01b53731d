"""Looks at every effect that a controller has, and says which invariant it breaks."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping

from pytest_pipeline.domain.fleets import Instance
from pytest_pipeline.domain.routing import Backend, RoutingTable
from pytest_pipeline.engine.ports import Clock
from pytest_pipeline.testing.fake_health import FakeHealth
from pytest_pipeline.testing.fake_target import FakeTarget
from pytest_pipeline.testing.simulation.event_log import EventLog
from pytest_pipeline.testing.simulation.routed_traffic import named_by, served_by
from pytest_pipeline.testing.simulation.violations import Invariant, Violation

#: What changed within this time, the controller cannot know yet, seconds.
GRACE_S = 0.1
#: Everything is checked anew after this many effects; count.
FULL_CHECK = 50


class Referee:
    """Keeps what should be true as it goes, and compares.

    Args:
        clock: Time.
        target: What runs the instances.
        health: Who of them is ready.
        log: Where each event has a number.
    """

    def __init__(self, clock: Clock, target: FakeTarget, health: FakeHealth, log: EventLog) -> None:
        self._clock = clock
        self._target = target
        self._health = health
        self._log = log
        self.violations: list[Violation] = []
        self.effects = 0
        self.known: set[int] = set()
        self.table = RoutingTable()
        self.serving: dict[str, Backend] = {}
        self.named: set[str] = set()
        self._lost: set[str] = set()
        self.recorded: frozenset[str] = frozenset()
        self.floor = 0
        self.candidate = ""
        self.distrusted = ""
        self.unharmed = True
        self._closing = False
        self._launched: dict[str, Instance] = {}
        self._hurt: dict[str, float] = {}
        self._entry: Mapping[str, object] = {}
        self._step = ""
        self._of_step: frozenset[str] = frozenset()

    def say(self, invariant: Invariant, text: str) -> None:
        """Note a violation."""
        self.violations.append(Violation(invariant, text, len(self._log)))

    def struck(self) -> None:
        """Take note that something goes wrong now."""
        self.unharmed = False

    def hurt(self, instance: Instance) -> None:
        """Take note that an instance dies or is unwell from now on."""
        self._hurt[instance.id] = self._clock.now()

    def journalled(self, entry: Mapping[str, object]) -> None:
        """Look at an entry that a controller wrote."""
        match entry["kind"]:
            case "begin":
                self.floor = int(str(entry["minimum_healthy"]))
                candidate = entry["candidate"]
                assert isinstance(candidate, dict)  # noqa: S101 - `begun` wrote it
                self.candidate, self.distrusted = f"r{candidate['release']}", ""
            case "intent" if self._entry.get("kind") == "intent":
                self.say(Invariant.ANNOUNCED, "an intent follows an intent without an outcome")
            case "failed" if entry["trigger"] == "STOP_ON_ALARM":
                self.distrusted = self.candidate
            case "ended":
                self.floor, self.candidate, self.distrusted = 0, "", ""
            case _:
                pass
        self._entry = entry
        step = entry.get("step") if entry["kind"] == "intent" else None
        if isinstance(step, dict):
            self._step, self._of_step = step["type"], frozenset(step.get("instances", ()))

    def forget_entry(self) -> None:
        """Take note that another controller begins: it goes on with the last intent."""
        self._entry = {"kind": "note"} if self._entry else {}

    def launched(self, instance: Instance) -> None:
        """Look at an instance that was started."""
        self._announced("Launch", instance.id)
        twin = self._launched.get(instance.id)
        if twin is not None and self._target.is_running(twin):
            self.say(Invariant.SINGLE, f"{instance.id} is launched while it runs")
        self._launched[instance.id] = instance
        self._effect()

    def stopping(self, instance: Instance, *, in_flight: bool) -> None:
        """Look at an instance that is about to be stopped."""
        if not self._target.is_running(instance):
            return
        self._announced("Stop", instance.id)
        backend = self.serving.get(instance.id)
        if backend is not None and backend.port == instance.port:
            self.say(Invariant.UNTRAFFICKED_STOP, f"{instance.id} is stopped while it serves")
        elif in_flight:
            self.say(Invariant.UNTRAFFICKED_STOP, f"{instance.id} is stopped while it answers")
        self._effect()

    def routed(self, table: RoutingTable) -> None:
        """Look at a table that came into force."""
        self._closing = False
        serving, named = served_by(table), named_by(table)
        self._demand_capacity(serving)
        for name, backend in named.items():
            if name not in self.named:
                self._first_named(backend)
        self._lost.clear()
        self._weights(table)
        self.table, self.serving, self.named = table, serving, set(named)
        self._effect()

    def unrouted(self) -> None:
        """Take note that the router was ended, and with it all traffic."""
        self._lost |= self.named
        self.table, self.serving, self.named = RoutingTable(), {}, set()
        self._closing = True

    def recorded_as(self, record: Mapping[str, object], loose: Collection[str]) -> None:
        """Look at the record of a kept environment."""
        instances = record["instances"]
        assert isinstance(instances, list)  # noqa: S101 - `record_site` wrote it
        self.recorded = frozenset(each["id"] for each in instances)
        lost = [
            each.id
            for each in self._target.running
            if each.id not in self.recorded and each.id not in loose
        ]
        if lost:
            self.say(Invariant.ORPHAN, f"{', '.join(lost)} run and are not in the record")
        self._effect()

    def handed_over(self, instances: Iterable[Instance]) -> None:
        """Look at what is to survive its controller."""
        lost = [
            each.id
            for each in instances
            if each.id not in self.recorded and self._target.is_running(each)
        ]
        if lost:
            self.say(Invariant.ORPHAN, f"{', '.join(lost)} survive and are not in the record")

    def full_check(self) -> None:
        """Check everything anew that was kept as it went."""
        serving = served_by(self.table)
        if serving.keys() != self.serving.keys():
            self.say(Invariant.KNOWN, "what serves is not what the table says")
        self._weights(self.table)
        for name, backend in serving.items():
            found = self._target.at_port(backend.port)
            if found is not None and found.id != name:
                self.say(Invariant.KNOWN, f"traffic for {name} reaches {found.id}")
        if self.unharmed and self._capacity(serving, after=True) < self.floor:
            self.say(Invariant.CAPACITY, f"too few healthy instances serve, wanted {self.floor}")
        names = [each.id for each in self._target.running]
        if len(names) != len(set(names)):
            self.say(Invariant.SINGLE, "an instance runs more than once")

    def _effect(self) -> None:
        self.effects += 1
        if self.effects % FULL_CHECK == 0:
            self.full_check()

    def _announced(self, step: str, instance: str) -> None:
        entry = self._entry
        if self._closing:
            return
        if not self.candidate or entry.get("kind") != "intent":
            if self.candidate and entry.get("kind") not in ("note", "observed"):
                self.say(Invariant.ANNOUNCED, f"{step} of {instance} after {entry.get('kind')}")
            return
        if self._step not in (step, "AwaitHealthy") or instance not in self._of_step:
            self.say(Invariant.ANNOUNCED, f"{step} of {instance} within {self._step}")

    def _first_named(self, backend: Backend) -> None:
        instance = self._target.at_port(backend.port)
        name = backend.instance
        if self._in_doubt(name):
            return
        if instance is None or instance.id != name or instance.release not in self.known:
            self.say(Invariant.KNOWN, f"{name} gets traffic and does not run there")
        elif name not in self._lost and not self._health.is_ready(instance):
            self.say(Invariant.HEALTHY_WHEN_NAMED, f"{name} gets traffic and is not ready")

    def _demand_capacity(self, serving: Mapping[str, Backend]) -> None:
        after = self._capacity(serving, after=True) if self.floor else 0
        if after >= self.floor:
            return
        before = self._capacity(self.serving, after=False)
        if self.unharmed or after < before:
            self.say(
                Invariant.CAPACITY,
                f"{after} healthy instances serve, before it were {before}, wanted {self.floor}",
            )

    def _capacity(self, serving: Mapping[str, Backend], *, after: bool) -> int:
        """Count healthy instances: of those in doubt, what speaks for the controller."""
        count = 0
        for name, backend in serving.items():
            instance = self._target.at_port(backend.port)
            up = instance is not None and instance.id == name and self._health.is_ready(instance)
            if after:
                count += up or self._in_doubt(name)
            elif up and not self._is_distrusted(name):
                assert instance is not None  # noqa: S101 - it is up
                count += not self._health.recovered_within(instance, GRACE_S)
        return count

    def _is_distrusted(self, name: str) -> bool:
        return bool(self.distrusted) and name.startswith(f"{self.distrusted}-")

    def _in_doubt(self, name: str) -> bool:
        return self._clock.now() - self._hurt.get(name, -math.inf) <= GRACE_S

    def _weights(self, table: RoutingTable) -> None:
        total = sum(pool.weight_percent for pool in table.pools)
        if total not in (0, 100):
            self.say(Invariant.WEIGHTS, f"weights add up to {total}")
