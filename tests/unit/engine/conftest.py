"""A site of fakes: everything a rollout acts with, on a virtual clock."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_pipeline.domain.alarms import PoolStatistics
from pytest_pipeline.domain.control_requests import ControlRequest
from pytest_pipeline.domain.environments import Environment, ProbeSpec
from pytest_pipeline.domain.fleets import Instance
from pytest_pipeline.domain.releases import Release, configuration_of
from pytest_pipeline.domain.resources import ProvidedResource
from pytest_pipeline.domain.services import RunSpec
from pytest_pipeline.domain.traffic import RequestSample
from pytest_pipeline.engine.ports import Command, Completed, Installed
from pytest_pipeline.engine.resources import RunningResource
from pytest_pipeline.engine.site import Site
from pytest_pipeline.engine.sites import serve
from pytest_pipeline.testing.fake_router import FakeRouter
from pytest_pipeline.testing.fake_target import FakeTarget
from pytest_pipeline.testing.virtual_clock import VirtualClock

ERRORS_EVERY_TIME = PoolStatistics(requests=100, errors=100, latency_sum_ms=100.0)
ALL_WELL = PoolStatistics(requests=100, errors=0, latency_sum_ms=100.0)


@dataclass
class SpokenProgress:
    said: list[str] = field(default_factory=list)

    def section(self, title: str) -> None:
        self.said.append(title)

    def line(self, text: str) -> None:
        self.said.append(text)

    def busy(self, text: str) -> None:
        self.said.append(text)

    def idle(self) -> None:
        self.said.append("")


@dataclass
class ListJournal:
    entries: list[Mapping[str, object]] = field(default_factory=list)

    def append(self, deployment: str, entry: Mapping[str, object]) -> None:
        self.entries.append({"deployment": deployment, **entry})

    def read(self, deployment: str) -> tuple[Mapping[str, object], ...]:
        return tuple(each for each in self.entries if each["deployment"] == deployment)


@dataclass
class CountedRouter(FakeRouter):
    """A router whose counts for a release are given by the test, from its first shift on."""

    counted: dict[str, PoolStatistics] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__()

    def statistics(self, pool: str) -> PoolStatistics:
        super().statistics(pool)
        routed = any(each.name == pool for each in self.table.pools)
        return self.counted.get(pool, ALL_WELL) if routed else PoolStatistics()


@dataclass
class ReadyWhenRunning:
    """Health by what the target says, but for the releases that never get ready."""

    target: FakeTarget
    never: set[int] = field(default_factory=set)

    def ready(self, url: str, *, timeout_s: float) -> str | None:
        del timeout_s
        port = int(url.split(":")[2].split("/", maxsplit=1)[0])
        for each in self.target.running:
            if each.port == port:
                return "503 Service Unavailable" if each.release in self.never else None
        return "connection refused"


@dataclass
class CommandLog:
    """Runs no command; says how each ended."""

    exit_code: int | None = 0
    commands: list[Command] = field(default_factory=list)
    handed_over: list[frozenset[str]] = field(default_factory=list)
    target: FakeTarget = field(default_factory=FakeTarget)

    def run(self, command: Command, *, timeout_s: float) -> Completed:
        del timeout_s
        self.commands.append(command)
        return Completed(self.exit_code, "migrating\n")

    def hand_over(self) -> None:
        self.handed_over.append(frozenset(each.id for each in self.target.running))


@dataclass
class DictRecords:
    """Records of kept sites in memory."""

    kept: dict[str, Mapping[str, object]] = field(default_factory=dict)

    def read(self, environment: str) -> Mapping[str, object] | None:
        return self.kept.get(environment)

    def write(self, environment: str, record: Mapping[str, object]) -> None:
        self.kept[environment] = record

    def delete(self, environment: str) -> None:
        self.kept.pop(environment, None)

    def names(self) -> tuple[str, ...]:
        return tuple(self.kept)


@dataclass
class Requests:
    """What people ask of rollouts."""

    asked: list[ControlRequest] = field(default_factory=list)

    def take_requests(self, environment: str) -> tuple[ControlRequest, ...]:
        del environment
        taken, self.asked = tuple(self.asked), []
        return taken


@dataclass
class SilentProbe:
    """Client traffic that sees nothing."""

    starts: list[str] = field(default_factory=list)

    def start(self, url: str, spec: ProbeSpec, *, folder: Path) -> SilentProbe:
        del spec, folder
        self.starts.append(url)
        return self

    def stop(self) -> tuple[RequestSample, ...]:
        return ()


@dataclass
class Stage:
    """A site of fakes and the fakes themselves."""

    site: Site
    target: FakeTarget
    router: CountedRouter
    health: ReadyWhenRunning
    journal: ListJournal
    commands: CommandLog
    probe: SilentProbe
    progress: SpokenProgress
    clock: VirtualClock
    installed: Installed
    broken: set[str] = field(default_factory=set)

    def release(self, number: int) -> Release:
        run = RunSpec(
            command=("serve", "{port}"), migrate=("migrate",), ready="/ready", deploy_timeout_s=5
        )
        return Release(number, f"sha256:{number:064x}", configuration_of(run, {}))

    def instance(self, identifier: str) -> Instance:
        return self.site.fleet[identifier]

    def serving(self) -> dict[str, int]:
        return {pool.name: pool.weight_percent for pool in self.router.table.pools}


@pytest.fixture
def stage(tmp_path: Path, request: pytest.FixtureRequest) -> Stage:
    """Return a site where r1 serves with two instances."""
    strategy, options = getattr(request, "param", ("rolling", {}))
    target, router = FakeTarget(output="last words\n"), CountedRouter()
    health, clock, journal = ReadyWhenRunning(target), VirtualClock(), ListJournal()
    commands, probe, progress = CommandLog(target=target), SilentProbe(), SpokenProgress()

    class Routers:
        def start(
            self,
            folder: Path,
            *,
            keep: bool,
            port: int | None = None,
            preview_port: int | None = None,
        ) -> CountedRouter:
            del folder, keep, port, preview_port
            made.router = CountedRouter(counted=made.router.counted)
            return made.router

        def record(self, router: CountedRouter) -> Mapping[str, object]:
            return {"url": router.url}

    tools: Any = SimpleNamespace(
        clock=clock,
        health=health,
        journal=journal,
        ledger=Requests(),
        uninterrupted=nullcontext,
        concurrently=lambda function, items: [function(each) for each in items],
        probe=probe,
        processes=commands,
        progress=progress,
        records=DictRecords(),
        routers=Routers(),
        variables={"PATH": "/bin"},
    )
    site = Site(
        Environment("staging", replicas=2, strategy=strategy, options=options),
        tools,
        tmp_path,
        keep=False,
        router=router,
        target=target,
    )
    made = Stage(
        site, target, router, health, journal, commands, probe, progress, clock,
        Installed("sha256:0", tmp_path),
    )  # fmt: skip
    database = ProvidedResource("database", "postgres", "embedded", "18", "postgresql://x")
    site.started = (
        RunningResource(database, lambda: "database" not in made.broken, lambda: None, "/log", {}),
    )
    serve(site, made.release(1), made.installed)
    return made
