"""The toolbox of a controller in a simulated world."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import NoReturn, TypeVar

from pytest_pipeline.engine.ports import Target
from pytest_pipeline.errors import ConfigError
from pytest_pipeline.testing.paper_artifacts import PaperArtifacts
from pytest_pipeline.testing.paper_suites import PaperSuites
from pytest_pipeline.testing.silent_probe import SilentProbe
from pytest_pipeline.testing.simulation.struck_activities import (
    StruckClock,
    StruckProcesses,
    StruckSmokeTests,
    WatchedProgress,
)
from pytest_pipeline.testing.simulation.struck_alarm_sources import StruckAlarmSources
from pytest_pipeline.testing.simulation.struck_instances import StruckRouters, StruckTarget
from pytest_pipeline.testing.simulation.struck_state import (
    StruckJournal,
    StruckLedger,
    StruckRecords,
)
from pytest_pipeline.testing.simulation.world import World

Item = TypeVar("Item")
Result = TypeVar("Result")


class SimulatedToolbox:
    """Implements `engine.toolbox.Toolbox` as far as deployments need it.

    Args:
        world: Where the controller acts.
    """

    def __init__(self, world: World) -> None:
        self.alarm_sources = StruckAlarmSources(world)
        self.clock = StruckClock(world)
        self.progress = WatchedProgress(world)
        self.ledger = StruckLedger(world)
        self.records = StruckRecords(world)
        self.journal = StruckJournal(world)
        self.processes = StruckProcesses(world)
        self.routers = StruckRouters(world)
        self.health = world.health
        self.probe = SilentProbe()
        self.smoke_tests = StruckSmokeTests(world)
        self.suites = PaperSuites()
        self.artifacts = PaperArtifacts()
        self.installer = self.artifacts
        self.variables = {"PATH": "/bin"}
        self._target = StruckTarget(world)

    def target(self, *, keep: bool) -> Target:
        """Return what runs instances."""
        del keep
        return self._target

    def concurrently(
        self, function: Callable[[Item], Result], items: Sequence[Item]
    ) -> list[Result]:
        """Return what a function returns for each item; the first error after all have ended."""
        results: list[Result] = []
        errors: list[Exception] = []
        for each in items:
            try:
                results.append(function(each))
            except Exception as error:  # noqa: BLE001 - raised below
                errors.append(error)
        if errors:
            raise errors[0]
        return results

    def uninterrupted(self) -> AbstractContextManager[None]:
        """Return a context that does nothing: nobody presses Ctrl-C here."""
        return nullcontext()

    def __getattr__(self, name: str) -> NoReturn:
        """Refuse what no deployment needs.

        Raises:
            ConfigError: Always.
        """
        raise ConfigError(f"a simulated deployment has no {name}")
