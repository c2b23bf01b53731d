"""A supervisor holds back, so that what cannot live is not started all the time."""

from __future__ import annotations

from pytest_pipeline.adapters.supervisor.restraint import LASTS_S, LONGEST_S, Restraint


def waits(failures: int) -> list[float]:
    restraint, found = Restraint(), []
    for _ in range(failures):
        restraint = restraint.after_failure(0.0)
        found.append(restraint.not_before_s)
    return found


def test_the_wait_doubles_with_each_failure_up_to_the_longest() -> None:
    assert waits(9) == [1, 2, 4, 8, 16, 32, LONGEST_S, LONGEST_S, LONGEST_S]


def test_nothing_is_tried_before_the_wait_is_over() -> None:
    restraint = Restraint().after_failure(10.0).after_failure(11.0)

    assert not restraint.allows(12.9)
    assert restraint.allows(13.0)


def test_a_success_forgets_failures() -> None:
    restraint = Restraint().after_failure(0.0).after_failure(1.0).after_success(3.0, {"r1-0"})

    assert restraint.failures == 0
    assert restraint.allows(3.0)


def test_what_dies_again_soon_after_it_was_mended_counts_as_a_failure() -> None:
    restraint = Restraint()
    for moment_s in (0.0, 5.0, 10.0):
        restraint = restraint.after_success(moment_s, {"r1-0"})

    assert restraint.failures == 2
    assert not restraint.allows(11.9)
    assert restraint.allows(12.0)


def test_what_lasted_for_long_or_was_something_else_counts_for_nothing() -> None:
    restraint = Restraint().after_success(0.0, {"r1-0"})

    assert restraint.after_success(5.0, {"r1-1"}).failures == 0
    assert restraint.after_success(LASTS_S + 1, {"r1-0"}).failures == 0
