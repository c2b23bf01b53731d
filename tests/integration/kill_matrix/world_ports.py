"""The engine's ports onto a world in a file: what they do there, a killed controller leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from pytest_pipeline.domain.alarms import PoolStatistics
from pytest_pipeline.domain.fleets import Instance, ProcessIdentity
from pytest_pipeline.domain.handoffs import EnvironmentHandoff
from pytest_pipeline.domain.marked_requests import RoutedRequest
from pytest_pipeline.domain.routing import RoutingTable
from pytest_pipeline.engine.ports import Command, Completed, LaunchRequest
from tests.integration.kill_matrix.fuse import Fuse
from tests.integration.kill_matrix.world import World

_FIRST_PORT = 20000


@dataclass
class WorldTarget:
    """Runs instances as entries of the world."""

    world: World
    fuse: Fuse

    def launch(self, request: LaunchRequest) -> Instance:
        number = self.world.state.events  # no two events have the same
        port = request.port if request.port is not None else _FIRST_PORT + number
        assert port not in {each["port"] for each in self.world.state.running.values()}
        instance = Instance(
            request.id,
            request.release,
            "127.0.0.1",
            port,
            ProcessIdentity(number, float(number)),
            str(request.log),
        )
        self.world.happen("launched", id=request.id, release=request.release, port=port, pid=number)
        self.fuse.reached("instance launched")
        return instance

    def is_running(self, instance: Instance) -> bool:
        return instance.process.pid in self.world.state.running

    def settle(self, instance: Instance) -> None:
        pass

    def stop(self, instance: Instance, *, grace_s: float) -> None:
        del grace_s
        if self.is_running(instance):
            self.world.happen("stopped", pid=instance.process.pid)
            self.fuse.reached("instance stopped")

    def log_tail(self, instance: Instance, *, lines: int = 30) -> str:
        del lines
        return f"output of {instance.id}\n"


@dataclass
class WorldRouter:
    """Routes in the world; releases that are bad answer every request with an error."""

    world: World
    fuse: Fuse
    bad: frozenset[int]
    url: str = "http://127.0.0.1:9"
    preview_url: str = "http://127.0.0.1:10"
    counts_at: str = ""
    _asked: dict[str, int] = field(default_factory=dict)

    def apply(self, table: RoutingTable) -> None:
        self.world.happen("routed", table=asdict(table))
        self.fuse.reached("router applied")

    def active_requests(self, instance: str) -> int:
        del instance
        return 0

    def statistics(self, pool: str) -> PoolStatistics:
        if all(each["name"] != pool for each in self.world.state.table["pools"]):
            return PoolStatistics()
        self._asked[pool] = self._asked.get(pool, 0) + 100
        errors = self._asked[pool] if int(pool.removeprefix("r")) in self.bad else 0
        return PoolStatistics(self._asked[pool], errors, float(self._asked[pool]))

    def forget_marked(self) -> None:
        """There is nothing to forget: nobody sends."""

    def marked(self, tokens: Sequence[str]) -> tuple[RoutedRequest, ...]:
        del tokens
        return ()

    def is_running(self) -> bool:
        return True

    def stop(self) -> None:
        self.world.happen("routed", table=asdict(RoutingTable()))


@dataclass
class WorldRouters:
    """Hands out the one router of the world."""

    router: WorldRouter

    def start(self, folder: Path, *, keep: bool, port: int | None = None) -> WorldRouter:
        del folder, keep, port
        return self.router

    def record(self, router: WorldRouter) -> Mapping[str, object]:
        return {"url": router.url}

    def attach(self, record: Mapping[str, object]) -> WorldRouter:
        del record
        return self.router


@dataclass
class WorldProcesses:
    """Runs commands, which leave a line in the world, and hands instances over."""

    world: World
    fuse: Fuse

    def run(self, command: Command, *, timeout_s: float) -> Completed:
        del timeout_s
        self.world.happen("ran", name=command.name)
        self.fuse.reached("command run")
        return Completed(0, "")

    def hand_over(self) -> None:
        if self.world.state.pending:
            self.world.happen("handed over")
            self.fuse.reached("handed over")


@dataclass
class WorldHealth:
    """Every instance that runs is ready."""

    world: World

    def ready(self, url: str, *, timeout_s: float) -> str | None:
        del timeout_s
        port = int(url.split(":")[2].split("/", maxsplit=1)[0])
        up = any(each["port"] == port for each in self.world.state.running.values())
        return None if up else "connection refused"


@dataclass
class WorldSmokeTests:
    """Finds every preview in order that leads to instances which run."""

    world: World
    fuse: Fuse

    def run(
        self,
        tests: Sequence[str],
        handoff: EnvironmentHandoff,
        *,
        folder: Path,
        suite: Path | None = None,
        timeout_s: float | None = None,
    ) -> None:
        del tests, folder, suite, timeout_s
        state, overlap = self.world.state, handoff.overlap
        assert state.table["preview"] == (overlap.candidate if overlap else handoff.release)
        self.fuse.reached("smoke tests run")
