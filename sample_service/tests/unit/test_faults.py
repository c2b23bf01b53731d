from fractions import Fraction

import pytest

from orders.environment import EnvironmentReader
from orders.faults import FaultPlan, FaultSchedule, read_fault_plan

SWITCHED_ON = {"FAULT_ERROR_RATIO": "0.25", "FAULT_NEVER_READY": "1"}


def failures(ratio: str, requests: int) -> list[bool]:
    schedule = FaultSchedule(FaultPlan(error_ratio=Fraction(ratio)))
    return [schedule.next().fails for _ in range(requests)]


def test_a_quarter_is_every_fourth_request() -> None:
    assert failures("0.25", 8) == [False, False, False, True] * 2


@pytest.mark.parametrize("ratio", ["0", "0.01", "0.1", "0.3", "0.333", "0.5", "0.99", "1"])
def test_after_any_number_of_requests_the_ratio_is_kept(ratio: str) -> None:
    failed = 0
    for requests, fails in enumerate(failures(ratio, 1000), start=1):
        failed += fails

        assert failed == int(requests * Fraction(ratio))


def test_a_crash_comes_with_the_last_request_and_only_then() -> None:
    schedule = FaultSchedule(FaultPlan(crash_after_requests=3))

    assert [schedule.next().crashes for _ in range(5)] == [False, False, True, False, False]


def test_without_faults_nothing_is_disturbed() -> None:
    assert not FaultPlan().disturbs_requests


@pytest.mark.parametrize(
    ("only_in", "environment", "applies"),
    [
        pytest.param("", "dev", True, id="empty-is-everywhere"),
        pytest.param("production", "production", True, id="named"),
        pytest.param("staging, production", "production", True, id="one-of-several"),
        pytest.param("production", "staging", False, id="another"),
    ],
)
def test_faults_apply_only_where_they_were_meant(
    only_in: str, environment: str, *, applies: bool
) -> None:
    reader = EnvironmentReader({**SWITCHED_ON, "FAULT_ONLY_IN": only_in})

    plan = read_fault_plan(reader, environment)

    assert plan.never_ready is applies
    assert plan.error_ratio == (Fraction(1, 4) if applies else 0)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FAULT_ERROR_RATIO", "1.01"),
        ("FAULT_ERROR_RATIO", "-0.1"),
        ("FAULT_ERROR_RATIO", "nan"),
        ("FAULT_ERROR_RATIO", "10%"),
        ("FAULT_LATENCY_MS", "inf"),
        ("FAULT_CRASH_AFTER_REQUESTS", "1.5"),
        ("FAULT_CRASH_AFTER_REQUESTS", "-1"),
        ("FAULT_NEVER_READY", "yes"),
        ("FAULT_SLOW_DRAIN_S", "soon"),
    ],
)
def test_a_bad_value_is_refused_even_where_it_does_not_apply(name: str, value: str) -> None:
    reader = EnvironmentReader({name: value, "FAULT_ONLY_IN": "elsewhere"})

    read_fault_plan(reader, "here")

    assert len(reader.problems) == 1
    assert reader.problems[0].startswith(f"{name}: got '{value}', wanted ")
