"""Who takes part in a load of several processes, and who is lost."""

from __future__ import annotations

import pytest

from pytest_pipeline.adapters.locust_load.orders import Order
from pytest_pipeline.adapters.locust_load.roll_call import RollCall

ORDER = Order(
    processes=2,
    workers=("left", "right"),
    host="10.0.0.1",
    port=5557,
    wait_s=300,
    stop_timeout_s=5,
    version="1.0",
)


@pytest.fixture
def roll() -> RollCall:
    return RollCall(ORDER, 100.0)


def enter_all(roll: RollCall) -> None:
    for client, name in (("r1", "right"), ("l1", "left"), ("r2", "right"), ("l2", "left")):
        roll.enter(client, name, 7, shift_s=0, now_s=101)


def test_places_go_by_the_order_of_the_names_whoever_comes_first(roll: RollCall) -> None:
    enter_all(roll)

    places = {client: member.index for client, member in roll.members.items()}
    assert places == {"l1": 0, "l2": 1, "r1": 2, "r2": 3}
    assert roll.complete


def test_one_who_says_hello_again_keeps_its_place(roll: RollCall) -> None:
    enter_all(roll)

    assert roll.enter("l1", "left", 7, shift_s=0, now_s=102).index == 0
    assert len(roll.members) == 4


@pytest.mark.parametrize(
    ("name", "version", "answer"),
    [
        ("left", "1.0", {}),
        ("middle", "1.0", {"refused": "no worker is called 'middle'; the load test waits for"}),
        ("left", "0.9", {"refused": "worker left runs pytest-pipeline-gates 0.9, and the load"}),
    ],
)
def test_a_machine_that_asks_is_briefed_or_refused(
    roll: RollCall, name: str, version: str, answer: dict[str, str]
) -> None:
    said = roll.answer(name, version)

    assert said.keys() == answer.keys()
    assert all(said[key].startswith(text) for key, text in answer.items())


def test_a_machine_of_another_version_ends_the_waiting_and_both_versions_are_named(
    roll: RollCall,
) -> None:
    roll.answer("left", "0.9")

    assert roll.late(101)
    (problem,) = roll.problems()
    assert "0.9" in problem
    assert "1.0" in problem


def test_a_machine_that_asks_in_the_middle_of_a_load_has_to_wait(roll: RollCall) -> None:
    enter_all(roll)

    assert roll.answer("left", "1.0").keys() == {"wait"}


def test_who_never_came_is_named_with_the_command_that_starts_it(roll: RollCall) -> None:
    for client in ("l1", "l2"):
        roll.enter(client, "left", 7, shift_s=0, now_s=101)

    assert not roll.late(399)
    assert roll.late(400)
    (problem,) = roll.problems()
    assert problem.startswith("worker right did not come within 300 s; start it there: ")
    assert problem.endswith("pytest-pipeline load worker 10.0.0.1:5557 --name right")


def test_one_who_leaves_before_the_begin_may_be_replaced_in_its_place(roll: RollCall) -> None:
    enter_all(roll)

    roll.leave("l1")

    assert not roll.complete
    assert roll.answer("left", "1.0") == {}
    assert roll.enter("l3", "left", 8, shift_s=0, now_s=102).index == 0


def test_one_who_said_everything_is_lost_no_more(roll: RollCall) -> None:
    enter_all(roll)
    roll.members["l1"].done = True

    roll.lose("l1", "it died")
    roll.lose("r1", "it died")

    assert [*roll.problems()] == [
        "worker right (process 7 of the generator) was lost: it died",
    ]


def test_one_whose_record_does_not_come_is_lost_unless_its_pieces_still_come(
    roll: RollCall,
) -> None:
    enter_all(roll)
    for client in ("l2", "r2"):
        roll.members[client].done = True
    roll.heard("l1", 215)

    roll.lose_silent(216, stopped_s=200)

    assert not roll.members["l1"].lost
    assert roll.members["r1"].lost == "its record did not arrive within 15 s"
    assert not roll.settled
