"""A load that was less than asked for is no result, and it says whose fault that was."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_pipeline.adapters.locust_load.keeping_up import behind, saturated, starved
from pytest_pipeline.adapters.locust_load.recorder import Totals
from pytest_pipeline.adapters.locust_load.records import ProcessRecord
from pytest_pipeline.adapters.locust_load.validity import find_problems
from pytest_pipeline.domain.load import LoadSpec
from pytest_pipeline.domain.load_problems import ProblemKind, kind_of

SPEC = LoadSpec("x.py", "http://127.0.0.1:1", users=10, spawn_rate=10, duration_s=10)


def record(
    requests: int, *, used: float | None = 20.0, queued: float | None = 5.0
) -> ProcessRecord:
    totals = Totals(
        begun=requests,
        finished=requests,
        task_runs=requests,
        processor_percent=used,
        queued_percent=queued,
    )
    return ProcessRecord(7, "LocalRunner", 0.0, 10.0, 10, 10, totals=totals)


def fell_behind(*records: ProcessRecord) -> list[str]:
    return list(behind(records, intended_per_s=100, duration_s=10))


@pytest.mark.parametrize(
    ("duration_s", "requests", "found"),
    [
        pytest.param(10, 1010, 0, id="more"),
        pytest.param(10, 950, 0, id="95-percent"),
        pytest.param(10, 949, 1, id="less-than-95-percent"),
        pytest.param(60, 5699, 1, id="less-than-95-percent-of-a-minute"),
        pytest.param(2, 150, 0, id="half-a-second-of-a-short-load"),
        pytest.param(2, 149, 1, id="more-than-half-a-second"),
    ],
)
def test_5_percent_may_be_missing_or_half_a_second(
    duration_s: float, requests: int, found: int
) -> None:
    problems = behind([record(requests)], intended_per_s=100, duration_s=duration_s)

    assert len(list(problems)) == found


def test_the_requests_of_all_processes_add_up() -> None:
    assert fell_behind(record(500), record(490)) == []


def test_a_rate_that_was_missed_with_an_idle_generator_is_the_services_fault() -> None:
    (problem,) = fell_behind(record(812))

    assert problem.startswith("81 of 100 requests/s were made: the service could not keep up")
    assert "25 % of a processor" in problem
    assert kind_of(problem) is ProblemKind.SLOW_SERVICE


@pytest.mark.parametrize(("used", "queued"), [(85.0, None), (40.0, 45.0)])
def test_a_rate_that_was_missed_by_a_busy_generator_is_its_own_fault(
    used: float, queued: float | None
) -> None:
    (problem,) = fell_behind(record(300), record(300, used=used, queued=queued))

    assert "the generator could not keep up, its busiest process" in problem
    assert "85 % of a processor; raise processes" in problem


def test_a_rate_that_was_missed_for_reasons_unknown_names_both() -> None:
    (problem,) = fell_behind(record(600, used=None))

    assert "the service or the generator could not keep up" in problem


def test_who_asks_for_no_rate_misses_none() -> None:
    assert list(behind([record(3)], intended_per_s=None, duration_s=10)) == []


@pytest.mark.parametrize(
    ("used", "queued", "found"),
    [
        pytest.param(90.0, 0.0, 0, id="at-the-bound"),
        pytest.param(90.1, None, 1, id="above-it"),
        pytest.param(50.0, 44.0, 0, id="idle-beside-others"),
        pytest.param(50.0, 45.0, 1, id="never-idle-beside-others"),
        pytest.param(101.0, 20.0, 1, id="clocks-that-differ"),
        pytest.param(None, None, 0, id="unknown"),
    ],
)
def test_a_process_that_was_not_idle_for_a_tenth_of_its_time_measured_itself(
    used: float | None, queued: float | None, found: int
) -> None:
    problems = list(saturated([record(1000, used=used, queued=queued)]))

    assert len(problems) == found
    assert all("process 7 of the generator used a processor" in each for each in problems)


@pytest.mark.parametrize(("queued", "found"), [(30.0, 0), (31.0, 1), (None, 0)])
def test_a_process_that_waited_for_a_processor_says_so_beside_its_figures(
    queued: float | None, found: int
) -> None:
    assert len(list(starved([record(1000, queued=queued)]))) == found


def test_both_checks_are_among_the_reasons_not_to_trust_a_result() -> None:
    busy = record(500, used=97.0)
    paced = replace(busy, totals=replace(busy.totals or Totals(), pacing_tasks_per_s=100.0))

    problems = find_problems(SPEC, [paced], exit_code=0)

    assert [each.partition(":")[0] for each in problems] == [
        "process 7 of the generator used a processor 97 % and waited for one 5 % of the time",
        "50 of 100 requests/s were made",
    ]
