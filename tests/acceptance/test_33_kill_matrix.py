"""Acceptance point 3: kill -9 of the controller at every moment of every deployment.

With a target and a router that live in a file; journal, records, ledger and the kill are real. One
case a kind of step on real processes: `tests/e2e/test_deployment_resumed.py`.
"""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.acceptance.conftest import Show
from tests.e2e.drills.waiting import now_s
from tests.integration.kill_matrix.conftest import worlds  # noqa: F401 - a fixture
from tests.integration.kill_matrix.controllers import Controllers
from tests.integration.kill_matrix.matrix import Killed, Matrix
from tests.integration.kill_matrix.outcome_table import COLUMNS, by_deployment, by_point, by_step
from tests.integration.kill_matrix.scenario import FIRST, STRATEGIES, Scenario, going_bad

#: Processes that kill at the same time.
PROCESSES = 2
#: Inside of the steps at these points a deployment is killed whose recovery is killed in turn.
DIED_AT = ("instance launched", "router applied", "instance stopped")
#: Of the moments of such a recovery, one of so many; another one each time.
ONE_RECOVERY_OF = 6
#: The same of deployments whose controller and one instance die.
ONE_LOST_OF = 6
#: Longest time for all of it on two idle cores, seconds.
WITHIN_S = 180.0


@dataclass(frozen=True)
class Job:
    """One deployment to be killed.

    Attributes:
        name: Of the folder of its worlds.
        scenario: What is deployed.
        kill: Kills it.
        losing: Whether an instance dies as well.
    """

    name: str
    scenario: Scenario
    kill: Callable[[Matrix], Iterator[Killed]]
    losing: bool = False

    def done(self, worlds: Path) -> list[Killed]:  # noqa: F811 - the fixture's value
        """Return every case."""
        folder = worlds / self.name
        folder.mkdir()
        with Controllers() as controllers:
            matrix = Matrix(controllers, folder, self.scenario, losing=self.losing)
            return list(self.kill(matrix))


def killed_in(command: str, point: str) -> Callable[[Matrix], Iterator[Killed]]:
    """Return what kills a recovery from a kill at the middle one of some moments."""

    def kill(matrix: Matrix) -> Iterator[Killed]:
        moments = [number for number, each in enumerate(matrix.moments()) if each.point == point]
        yield from matrix.kill_recovery(command, moments[len(moments) // 2], one_of=ONE_RECOVERY_OF)

    return kill


def killed_in_part(matrix: Matrix) -> Iterator[Killed]:
    """Kill a deployment at some of its moments."""
    yield from matrix.kill_deployments(range(0, len(matrix.moments()), ONE_LOST_OF))


def jobs() -> Iterator[Job]:
    for scenario in (*STRATEGIES, *map(going_bad, STRATEGIES), FIRST):
        yield Job(scenario.name, scenario, Matrix.kill_deployments)
    for scenario in (*STRATEGIES, *map(going_bad, STRATEGIES)):
        yield Job(f"{scenario.name}, one lost", scenario, killed_in_part, losing=True)
    for scenario in STRATEGIES:
        for command in ("resume", "abort"):
            for point in DIED_AT:
                yield Job(f"{scenario.name} {command} {point}", scenario, killed_in(command, point))


@pytest.mark.timeout(1800)
def test_whenever_a_controller_is_killed_each_way_on_leaves_one_whole_release(
    worlds: Path,  # noqa: F811 - the fixture
    show: Show,
) -> None:
    began_s, spent_s = now_s(), processor_s()
    with ThreadPoolExecutor(PROCESSES) as pool:
        done = list(pool.map(lambda job: job.done(worlds), jobs()))
    took_s, spent_s = now_s() - began_s, processor_s() - spent_s
    cases = [case for each in done for case in each]
    wrong = [
        f"{each.scenario.name}, {each.moment}: {each.violations}"
        for each in cases
        if each.violations
    ]
    show("Controllers killed, by kind of step", COLUMNS, by_step(cases))
    show("The same, by points", ("point", "kills", "wrong"), by_point(cases))
    show(
        f"{len(cases)} controllers killed in {took_s:.0f} s, {PROCESSES} at a time, "
        f"{spent_s:.0f} s of processor time",
        COLUMNS,
        by_deployment(cases),
    )

    assert not wrong, "\n".join(wrong[:20])
    assert spent_s < PROCESSES * WITHIN_S  # whatever else the machine does meanwhile


def processor_s() -> float:
    """Return the processor time of this process and of those that it waited for, seconds."""
    return sum(
        used.ru_utime + used.ru_stime
        for used in (
            resource.getrusage(resource.RUSAGE_SELF),
            resource.getrusage(resource.RUSAGE_CHILDREN),
        )
    )
