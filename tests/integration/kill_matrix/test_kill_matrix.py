"""A controller killed with SIGKILL, and what the next command makes of it; some moments of each.

Every moment of every deployment: `tests/acceptance/test_33_kill_matrix.py`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.kill_matrix.controllers import Controllers, Errand
from tests.integration.kill_matrix.matrix import Killed, Matrix
from tests.integration.kill_matrix.scenario import FIRST, STRATEGIES, Scenario, going_bad

#: Of so many moments, one; another one of each deployment.
ONE_OF = 23
#: The same of recoveries.
ONE_RECOVERY_OF = 11
#: The same where an instance dies as well.
ONE_LOST_OF = 41


def listed(cases: list[Killed]) -> str:
    return "\n".join(f"{each.moment}: {each.violations}" for each in cases if each.violations)


def test_every_kind_of_step_is_in_the_plan_of_some_strategy(
    controllers: Controllers, worlds: Path
) -> None:
    steps = set()
    for scenario in STRATEGIES:
        (worlds / scenario.name).mkdir()
        matrix = Matrix(controllers, worlds / scenario.name, scenario)
        steps |= {each.step for each in matrix.moments()}

    assert steps - {""} == {
        "AwaitHealthy",
        "AwaitPromotion",
        "Bake",
        "CheckOverlap",
        "DelayScaleDown",
        "Drain",
        "Launch",
        "Migrate",
        "RunHook",
        "Shift",
        "Smoke",
        "Stop",
    }


@pytest.mark.parametrize(
    ("number", "scenario"),
    list(enumerate((*STRATEGIES, going_bad(STRATEGIES[1]), FIRST))),
    ids=lambda value: value.name if isinstance(value, Scenario) else str(value),
)
def test_whenever_the_controller_is_killed_each_way_on_leaves_one_whole_release(
    controllers: Controllers, worlds: Path, number: int, scenario: Scenario
) -> None:
    matrix = Matrix(controllers, worlds, scenario)
    moments = range(number, len(matrix.moments()), ONE_OF)

    cases = list(matrix.kill_deployments(moments))

    assert len(cases) == len(moments)
    assert not listed(cases), listed(cases)


@pytest.mark.parametrize("command", ["resume", "abort"])
def test_whenever_the_recovery_is_killed_each_way_on_leaves_one_whole_release(
    controllers: Controllers, worlds: Path, command: str
) -> None:
    matrix = Matrix(controllers, worlds, STRATEGIES[0])
    numbers = [n for n, each in enumerate(matrix.moments()) if each.point == "instance stopped"]

    cases = list(matrix.kill_recovery(command, numbers[0], one_of=ONE_RECOVERY_OF))

    assert len(cases) > 3
    assert not listed(cases), listed(cases)


@pytest.mark.parametrize("number", range(len(STRATEGIES)), ids=[each.name for each in STRATEGIES])
def test_an_instance_that_died_as_well_is_brought_back_by_each_way_on(
    controllers: Controllers, worlds: Path, number: int
) -> None:
    matrix = Matrix(controllers, worlds, STRATEGIES[number], losing=True)

    cases = list(matrix.kill_deployments(range(20 + number, len(matrix.moments()), ONE_LOST_OF)))

    assert cases
    assert not listed(cases), listed(cases)


def test_a_kill_between_launch_and_record_leaves_nothing_running(
    controllers: Controllers, worlds: Path
) -> None:
    scenario = STRATEGIES[1]
    matrix = Matrix(controllers, worlds, scenario)
    launched = [n for n, each in enumerate(matrix.moments()) if each.point == "instance launched"]

    (case,) = matrix.kill_deployments(launched[:1])

    assert case.ends == {"resume": "succeeded", "abort": "rolled back", "deploy": "succeeded"}
    assert not case.violations


@pytest.mark.parametrize("number", [0, 3], ids=["in-place", "blue-green"])
def test_a_deployment_that_is_over_by_its_journal_alone_is_over_for_every_command(
    controllers: Controllers, worlds: Path, number: int
) -> None:
    matrix = Matrix(controllers, worlds, STRATEGIES[number])
    ended = [n for n, each in enumerate(matrix.moments()) if each.point == "after the ended"]

    (case,) = matrix.kill_deployments(ended)

    assert not case.violations
    assert case.ends == {
        "resume": "nothing",
        "abort": "nothing",
        "deploy": "succeeded",
        "rollback": "succeeded",
        "mend": "mended",
    }


def test_a_controller_that_is_killed_has_really_died(
    controllers: Controllers, worlds: Path
) -> None:
    scenario = STRATEGIES[0]
    controllers.run(Errand("prepare", worlds, scenario))

    killed = controllers.kill(Errand("deploy", worlds, scenario, at=5))
    lived = controllers.kill(Errand("resume", worlds, scenario, at=100_000))

    assert killed
    assert not lived
