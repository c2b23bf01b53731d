from __future__ import annotations

from pytest_pipeline.domain.durations import duration_details, duration_measurements
from pytest_pipeline.domain.test_outcomes import TestOutcome
from pytest_pipeline.domain.test_records import TestAttempt, TestRecord


def record(name: str, layer: str, *durations_s: float) -> TestRecord:
    attempts = tuple(TestAttempt(TestOutcome.PASSED, each) for each in durations_s)
    return TestRecord(name, layer, attempts)


RECORDS = (
    record("a", "unit", 1.0),
    record("b", "unit", 2.0, 3.0),
    record("c", "db", 4.0),
    record("d", "", 0.5),
    record("e", "e2e"),
)


def test_a_layer_takes_the_time_of_all_attempts_at_its_tests() -> None:
    assert duration_measurements(RECORDS) == {
        "duration.unit_s": 6.0,
        "duration.db_s": 4.0,
        "duration.slowest_s": 5.0,
    }


def test_the_slowest_test_is_named() -> None:
    assert duration_details(RECORDS) == {"duration.slowest_s": ("b",)}


def test_without_a_test_nothing_is_measured() -> None:
    assert duration_measurements(RECORDS[-1:]) == {}
    assert duration_details(()) == {}


def test_a_layer_called_wall_does_not_stand_for_the_wall_time() -> None:
    assert duration_measurements([record("a", "wall", 1.0)]) == {"duration.slowest_s": 1.0}
