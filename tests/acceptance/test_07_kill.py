"""Acceptance point 7: kill -9 of the controller at any moment."""

from __future__ import annotations

import random
from dataclasses import dataclass

import pytest

from tests.acceptance.conftest import Show
from tests.acceptance.containers import containers_of, existing
from tests.e2e.drills.clients import SteadyClient
from tests.e2e.drills.drill import Drill
from tests.e2e.drills.kept import url_of
from tests.e2e.drills.repository import Repository
from tests.e2e.drills.waiting import becomes_true, now_s, pause

SEED = 20261123
KILLS, KEPT_KILLS = 10, 5
#: The moments are drawn from the time a whole run, and a deployment by command, takes; seconds.
RUN_S, DEPLOYMENT_S = (1.0, 55.0), (0.5, 15.0)
#: Longest time that anything may run on, seconds.
WITHIN_S = 5.0


@dataclass(frozen=True)
class Killed:
    """A controller that was killed.

    Attributes:
        at_s: How long it ran, seconds.
        doing: What it did then: the last heading that it had written.
        over_s: How long until nothing of it ran, seconds.
        left: What ran on after that.
        next_exit_code: How the next run ended.
    """

    at_s: float
    doing: str
    over_s: float
    left: str
    next_exit_code: int


def kill_after(drill: Drill, service: Repository, at_s: float, *, through: str) -> Killed:
    """Kill a whole run after a while, and run the next one."""
    running = drill.start_pytest(service, "--pipeline")
    pause(at_s)
    containers = containers_of(service)
    doing = [line.strip("- ") for line in running.output().splitlines() if line.startswith("---")]
    running.kill()
    began_s = now_s()

    def over() -> bool:
        return not drill.belongings.running() and not existing(containers)

    becomes_true(over, within_s=WITHIN_S)
    over_s = now_s() - began_s
    left = [*drill.belongings.running().values(), *existing(containers)]
    following = drill.pytest(service, "--pipeline", f"--pipeline-through={through}", within_s=280)
    return Killed(
        at_s, doing[-1] if doing else "starting", over_s, ", ".join(left), following.exit_code
    )


@pytest.mark.timeout(3600)
def test_whenever_the_controller_is_killed_nothing_of_it_runs_on_and_the_next_run_is_green(
    drill: Drill, released: Repository, show: Show
) -> None:
    moments = random.Random(SEED)  # noqa: S311 - so that moments can be had again
    killed = []
    for number in range(KILLS):
        last = number == KILLS - 1
        at_s = moments.uniform(*RUN_S)
        through = "production" if last else "dev"
        killed.append(kill_after(drill, released, at_s, through=through))
    left = drill.belongings.running()
    show(
        f"kill -9 of the controller, seed {SEED}; nothing may run after {WITHIN_S:g} s",
        ("killed after", "while", "nothing ran after", "left", "next run"),
        [
            (
                f"{each.at_s:.1f} s",
                each.doing,
                f"{each.over_s:.1f} s",
                each.left or "nothing",
                f"exit {each.next_exit_code}",
            )
            for each in killed
        ],
    )

    assert [each.left for each in killed] == [""] * KILLS
    assert [each.next_exit_code for each in killed] == [0] * KILLS
    assert not left


@pytest.mark.timeout(1800)
def test_a_kept_stable_serves_on_whenever_the_controller_is_killed(
    drill: Drill, released: Repository, show: Show
) -> None:
    moments, rows, failures = random.Random(SEED), [], []  # noqa: S311 - as above
    first = drill.command(released, "deploy", "production", within_s=120)
    assert first.exit_code == 0, str(first)
    url = url_of(released, "production")
    for _ in range(KEPT_KILLS):
        at_s = moments.uniform(*DEPLOYMENT_S)
        with SteadyClient(f"{url}/version") as client:
            running = drill.start_command(released, "deploy", "production")
            pause(at_s)
            ended = running.process.poll() is not None
            running.kill()
            seen = client.requests
            becomes_true(lambda now=seen: client.requests > now + 100, within_s=WITHIN_S)  # type: ignore[misc]
        failures += client.failures
        releases = " > ".join(client.releases)
        rows.append((f"{at_s:.1f} s", ended, client.requests, len(client.failures), releases))
    with SteadyClient(f"{url}/version") as client:
        following = drill.command(released, "deploy", "production", within_s=120)
    failures += client.failures
    rows.append(("not", True, client.requests, len(client.failures), " > ".join(client.releases)))
    containers = containers_of(released)
    drill.command(released, "down")
    left = [*drill.belongings.running().values(), *existing(containers)]
    show(
        f"kill -9 of deploy production, kept, seed {SEED}; left after down: {left or 'nothing'}",
        ("killed after", "had ended", "requests", "failed", "releases that answered"),
        rows,
    )

    assert failures == []
    assert following.exit_code == 0, str(following)
    assert not left
