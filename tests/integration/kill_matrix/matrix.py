"""Kills controllers at every moment, and looks what each way on makes of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.integration.kill_matrix.checks import (
    last_release,
    promoted_release,
    trace_of,
    wrong_at_any_time,
    wrong_in_the_end,
)
from tests.integration.kill_matrix.controllers import Controllers, Errand, Outcome
from tests.integration.kill_matrix.fuse import Moment
from tests.integration.kill_matrix.scenario import Scenario
from tests.integration.kill_matrix.world import World

#: The ways on after a controller died.
WAYS_ON = ("resume", "abort", "deploy")
#: The same after one died that had written into the journal that all was over.
WAYS_ON_AT_THE_END = (*WAYS_ON, "rollback", "mend")


@dataclass(frozen=True)
class Killed:
    """A controller that was killed, and what each way on came to.

    Attributes:
        scenario: What it was to deploy.
        command: What it was doing: ``deploy``, ``resume`` or ``abort``; ``, one lost`` is
            added when an instance died as well.
        moment: When it died.
        ends: Phase at the end of each way on, by its name.
        violations: What was wrong, in words.
    """

    scenario: Scenario
    command: str
    moment: Moment
    ends: dict[str, str] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)


class Matrix:
    """Kills the controllers of one scenario.

    Args:
        controllers: Starts them.
        folder: Where their worlds are; exists.
        scenario: What they deploy.
        losing: Whether an instance dies as well, while there is no controller.
    """

    def __init__(
        self, controllers: Controllers, folder: Path, scenario: Scenario, *, losing: bool = False
    ) -> None:
        self._controllers = controllers
        self._losing = losing
        self._folder = folder
        self._scenario = scenario
        self._prepared = folder / "prepared"
        self._prepared.mkdir()
        (prepared,) = controllers.run(self._errand("prepare", self._prepared))
        if prepared.error:
            raise AssertionError(prepared.error)

    def moments(self) -> tuple[Moment, ...]:
        """Return every moment of a deployment that nobody kills."""
        return self._moments("deploy", self._prepared)

    def kill_deployments(self, numbers: Sequence[int] | None = None) -> Iterator[Killed]:
        """Kill a deployment at each of its moments, or at those with the given numbers."""
        yield from self._kill("deploy", self._prepared, self.moments(), numbers)

    def kill_recovery(self, command: str, number: int, *, one_of: int = 1) -> Iterator[Killed]:
        """Kill a deployment, then ``resume`` or ``abort`` at its moments.

        Args:
            command: Which of them.
            number: The moment of the deployment's own death.
            one_of: Kill it at one of so many moments; count, >= 1.
        """
        killed = self._copy(self._prepared, "killed-once")
        self._controllers.kill(self._errand("deploy", killed, at=number))
        moments = self._moments(command, killed)
        yield from self._kill(command, killed, moments, range(0, len(moments), one_of))
        shutil.rmtree(killed)

    def _moments(self, command: str, start: Path) -> tuple[Moment, ...]:
        whole = self._copy(start, "whole")
        (outcome,) = self._controllers.run(self._errand(command, whole))
        shutil.rmtree(whole)
        if outcome.error:
            raise AssertionError(outcome.error)
        return outcome.moments

    def _kill(
        self, command: str, start: Path, moments: Sequence[Moment], numbers: Sequence[int] | None
    ) -> Iterator[Killed]:
        for number in range(len(moments)) if numbers is None else numbers:
            doing = f"{command}, one lost" if self._losing else command
            case = Killed(self._scenario, doing, moments[number])
            dead = self._copy(start, "dead")
            if not self._controllers.kill(self._errand(command, dead, at=number)):
                case.violations.append("the controller was not killed")
            if self._losing:
                World(dead).lose_instance(number)
            self._go_on(case, dead)
            shutil.rmtree(dead)
            yield case

    def _go_on(self, case: Killed, dead: Path) -> None:
        folders = {way: self._copy(dead, way) for way in self._ways_on(case)}
        if "mend" in folders:
            World(folders["mend"]).lose_instance(0)
        errands = [self._errand(way, folder) for way, folder in folders.items()]
        ends = self._controllers.run(*errands)
        before = [trace_of(folder) for folder in folders.values()]
        again = self._controllers.run(
            *(self._errand("resume", folder) for folder in folders.values())
        )
        after = [trace_of(folder) for folder in folders.values()]
        for index, (way, folder) in enumerate(folders.items()):
            end, idle = ends[index], again[index].phase == "nothing"
            case.ends[way] = end.phase or "failed"
            wrong = [end.error] if end.error else self._wrong(way, end, folder)
            if not idle or before[index] != after[index]:
                wrong.append("resuming again changed something")
            case.violations.extend(f"{way}: {each}" for each in wrong)
            shutil.rmtree(folder)

    def _ways_on(self, case: Killed) -> Sequence[str]:
        over = case.moment.point == "after the ended" and case.command == "deploy"
        if not over or self._scenario.bad or self._scenario.first:  # nothing to roll back to
            return WAYS_ON
        return WAYS_ON_AT_THE_END

    def _wrong(self, way: str, end: Outcome, folder: Path) -> list[str]:
        if self._losing and end.phase == "nothing":
            return []  # no deployment is open: what died is for the next one, or the supervisor
        wanted = self._wanted(way, end, folder)
        return [
            *([] if self._losing or way == "mend" else wrong_at_any_time(folder, self._scenario)),
            *wrong_in_the_end(folder, self._scenario, release=wanted),
        ]

    def _wanted(self, way: str, end: Outcome, folder: Path) -> int | None:
        """Return the number of the release that has to serve."""
        if end.phase in ("nothing", "mended"):  # it had not begun, or was over
            return promoted_release(folder)
        if end.phase != "succeeded":
            return None if self._scenario.first else 1
        if way == "rollback":
            return 1
        return last_release(folder) if way == "deploy" else self._scenario.candidate

    def _errand(self, command: str, folder: Path, *, at: int | None = None) -> Errand:
        return Errand(command, folder, self._scenario, at)

    def _copy(self, start: Path, name: str) -> Path:
        return Path(shutil.copytree(start, self._folder / name))
