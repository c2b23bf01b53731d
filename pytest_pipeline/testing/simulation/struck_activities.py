"""What a controller runs, waits for and says: everything may go wrong."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pytest_pipeline.domain.control_requests import RequestKind
from pytest_pipeline.domain.handoffs import EnvironmentHandoff
from pytest_pipeline.engine.ports import Command, Completed
from pytest_pipeline.errors import SmokeTestError
from pytest_pipeline.testing.fake_processes import FakeProcesses
from pytest_pipeline.testing.simulation.faults import FaultKind
from pytest_pipeline.testing.simulation.world import World

#: What a hook or a migration takes, seconds.
COMMAND_S = 0.02


class StruckClock:
    """The clock of a world: while a controller sleeps, anything may happen.

    Args:
        world: The world.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self.now = world.clock.now
        self.utc = world.clock.utc

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self._world.point()
        self._world.clock.sleep(seconds)


class StruckProcesses:
    """Hooks and migrations in a world, and what outlives its controller.

    Args:
        world: The world.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        nothing = FakeProcesses()
        self.start = nothing.start
        self.is_running = nothing.is_running
        self.settle = nothing.settle
        self.stop = nothing.stop

    def hand_over(self) -> None:
        """Let what was started survive its controller."""
        self._world.point()
        self._world.hand_over()
        self._world.point()

    def run(self, command: Command, *, timeout_s: float) -> Completed:
        """Run a command, unless that goes wrong."""
        del timeout_s
        world = self._world
        world.point()
        migration = command.name.startswith("migration")
        kind = FaultKind.MIGRATION_FAILS if migration else FaultKind.HOOK_FAILS
        world.clock.advance(COMMAND_S)
        world.log.add("run", command.name)
        world.point()
        return Completed(1, "failed\n") if world.takes(kind) else Completed(0, "")


class StruckSmokeTests:
    """Smoke tests in a world.

    Args:
        world: The world.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    def run(
        self,
        tests: Sequence[str],
        handoff: EnvironmentHandoff,
        *,
        folder: Path,
        suite: Path | None = None,
        timeout_s: float | None = None,
    ) -> None:
        """Run tests, unless that goes wrong."""
        del handoff, folder, suite, timeout_s
        self._world.point()
        if self._world.takes(FaultKind.SMOKE_FAILS):
            raise SmokeTestError(f"{', '.join(tests)} failed")


class WatchedProgress:
    """Progress of a controller: people see that it waits for them.

    Args:
        world: The world.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    def section(self, title: str) -> None:
        """Say nothing."""

    def line(self, text: str) -> None:
        """Write a line into the log."""
        self._world.log.add("says", text)
        self._world.given_up |= "has died; starting anew" in text
        self.busy(text)

    def busy(self, text: str) -> None:
        """Show what is waited for."""
        world = self._world
        if "pytest-pipeline promote" in text:
            world.waits_for = RequestKind.PROMOTE
        elif "pytest-pipeline resume" in text:
            world.waits_for = RequestKind.RESUME
        else:
            world.waits_for = world.asked_s = None

    def idle(self) -> None:
        """Say nothing."""
