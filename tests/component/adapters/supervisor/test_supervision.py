"""What a supervisor does when it looks."""

from __future__ import annotations

import fcntl
from typing import TYPE_CHECKING

from pytest_pipeline.adapters.supervisor.pulse import Pulse, feel

if TYPE_CHECKING:
    from tests.component.adapters.supervisor.conftest import Home, Process


def test_a_glance_tells_what_died(home: Home, alive: Process, dead: Process) -> None:
    home.keep(alive, alive, dead)
    one_died = feel(home.record)
    home.keep(dead, alive, deployment="d1")
    router_died = feel(home.record)
    home.record.unlink()

    assert one_died == Pulse(dead=("r1-1",))
    assert router_died == Pulse(is_deploying=True, dead=("the router",))
    assert feel(home.record) == Pulse(is_gone=True)


def test_a_record_that_cannot_be_read_is_passed_over(home: Home) -> None:
    home.record.write_text("{")

    assert feel(home.record) == Pulse()
    assert home.supervision().look()
    assert home.times_mended == 0


def test_another_process_with_the_number_of_one_that_died_is_not_taken_for_it(
    home: Home, alive: Process
) -> None:
    home.keep(alive, {**alive, "created": alive["created"] - 100})

    assert feel(home.record).dead == ("r1-0",)


def test_while_all_is_well_nothing_is_started(home: Home, alive: Process) -> None:
    home.keep(alive, alive)

    assert home.supervision().look()
    assert home.times_mended == 0


def test_what_died_is_mended_and_the_nameplate_counts_it(
    home: Home, alive: Process, dead: Process
) -> None:
    home.keep(alive, dead)

    assert home.supervision().look()
    assert home.times_mended == 1
    assert (home.said["mended"], home.said["problem"]) == (1, "")


def test_without_a_record_there_is_nothing_to_look_after(home: Home) -> None:
    assert not home.supervision().look()


def test_a_deployment_that_is_open_is_left_alone(home: Home, alive: Process, dead: Process) -> None:
    home.keep(alive, dead, deployment="d1")

    assert home.supervision().look()
    assert home.times_mended == 0


def test_an_environment_that_a_command_has_is_left_alone_until_it_is_free(
    home: Home, alive: Process, dead: Process
) -> None:
    home.keep(alive, dead)
    supervision = home.supervision()
    with home.record.with_suffix(".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        supervision.look()
        while_taken = home.times_mended
    supervision.look()

    assert while_taken == 0
    assert home.times_mended == 1


def test_what_cannot_be_mended_is_tried_ever_more_rarely_even_when_the_record_forgets_it(
    home: Home, alive: Process, dead: Process
) -> None:
    supervision = home.supervision("no port is free", 26)
    home.keep(alive, dead)
    supervision.look()
    home.keep(alive)
    tried_at = []
    for each in range(1, 17):
        home.now_s, before = float(each), home.times_mended
        supervision.look()
        tried_at += [each] if home.times_mended > before else []

    assert tried_at == [1, 3, 7, 15]
    assert home.said["failures"] == 5
    assert "r1-0 died and cannot be started again: no port is free" in home.said["problem"]


def test_what_keeps_dying_is_said_and_forgotten_when_it_lasts(
    home: Home, alive: Process, dead: Process
) -> None:
    supervision = home.supervision()
    home.keep(alive, dead)
    supervision.look()
    supervision.look()
    again = home.said["problem"]
    home.keep(alive, alive)
    home.now_s = 61.0
    supervision.look()

    assert again == "r1-0 died again soon after it was mended"
    assert home.said["problem"] == ""


def test_what_an_earlier_supervisor_left_is_looked_after_once(home: Home, alive: Process) -> None:
    home.keep(alive, alive)
    supervision = home.supervision("", unmended=("what an earlier supervisor left",))
    supervision.look()
    supervision.look()

    assert home.times_mended == 1
    assert home.said["mended"] == 0
