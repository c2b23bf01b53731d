"""Faults of a simulation come due when they should."""

from __future__ import annotations

from random import Random

from pytest_pipeline.testing.simulation.drawing import LARGEST_FLEET, draw_scenario, log_uniform
from pytest_pipeline.testing.simulation.faults import Fault, FaultKind, Storm

DIES = Fault(FaultKind.CONTROLLER_DIES, after_entries=2, after_calls=3, seconds=1, victim=0)


def test_a_fault_is_due_so_many_points_after_its_entry() -> None:
    storm = Storm((DIES,))
    storm.entry()
    early = [storm.due() for _ in range(10)]
    storm.entry()

    assert early == [[]] * 10
    assert [storm.due() for _ in range(5)] == [[], [], [], [DIES], []]


def test_a_call_goes_wrong_once_for_each_fault_that_waits_for_it() -> None:
    storm = Storm(())
    storm.arm(FaultKind.LAUNCH_FAILS)

    assert not storm.takes(FaultKind.STOP_FAILS)
    assert storm.takes(FaultKind.LAUNCH_FAILS)
    assert not storm.takes(FaultKind.LAUNCH_FAILS)


def test_instances_die_while_no_controller_watches_but_controllers_do_not() -> None:
    instance = Fault(FaultKind.INSTANCE_DIES, 9, 0, 1, 0)
    storm = Storm((DIES, instance))

    assert storm.meanwhile() is instance
    assert storm.meanwhile() is None


def test_after_its_end_nothing_goes_wrong() -> None:
    storm = Storm((DIES,))
    storm.arm(FaultKind.LAUNCH_FAILS)
    storm.end()
    for _ in range(3):
        storm.entry()

    assert [storm.due() for _ in range(5)] == [[]] * 5
    assert not storm.takes(FaultKind.LAUNCH_FAILS)


def test_a_seed_is_always_the_same_scenario_and_others_are_others() -> None:
    scenarios = [draw_scenario(seed) for seed in range(50)]

    assert scenarios == [draw_scenario(seed) for seed in range(50)]
    assert len({str(each) for each in scenarios}) > 45


def test_fleets_are_log_uniform() -> None:
    random = Random(1)  # noqa: S311 - reproducible
    sizes = [log_uniform(random, LARGEST_FLEET) for _ in range(4000)]

    assert min(sizes) == 1
    assert 290 < max(sizes) <= LARGEST_FLEET
    assert 0.02 < sum(size > 250 for size in sizes) / len(sizes) < 0.05
    assert 0.35 < sum(size < 10 for size in sizes) / len(sizes) < 0.45
