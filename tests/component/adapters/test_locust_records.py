"""What a process of the generator recorded is read back, up to where it died."""

from __future__ import annotations

import os
import timeit
from dataclasses import replace
from pathlib import Path

import pytest

from pytest_pipeline.adapters.locust_load.recorder import Recorder, Totals
from pytest_pipeline.adapters.locust_load.records import (
    ProcessRecord,
    parse_record,
    read_records,
)
from pytest_pipeline.adapters.locust_load.validity import (
    find_problems,
    intended_rate,
    load_duration_s,
)
from pytest_pipeline.domain.load import LoadSample, LoadSpec

SPEC = LoadSpec("x.py", "http://127.0.0.1:1", users=4, spawn_rate=4, duration_s=10)
GOOD = ProcessRecord(
    pid=1,
    role="LocalRunner",
    started_s=100.0,
    stopped_s=110.0,
    spawned=4,
    users_at_end=4,
    samples=(LoadSample(100.0, 5.0), LoadSample(109.0, 5.0)),
    totals=Totals(begun=2, finished=2, task_runs=2),
)


def test_a_whole_record_is_read_back(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, "LocalRunner")
    recorder.started(1.5, 2)
    recorder.spawned(2)
    recorder.request(1.75, 12.34, ("GET", "/a\nb", None))
    recorder.flush()
    recorder.request(2.0, 0.5, ("GET", "/c", "x" * 1000))
    recorder.request(2.5, 1.5, ("GET", "/a\nb", None))
    recorder.exception("KeyError: 'id'")
    recorder.stopped(3.5, 2)
    recorder.end(0)

    (record,) = read_records(tmp_path)

    assert (record.pid, record.role) == (os.getpid(), "LocalRunner")
    assert (record.started_s, record.stopped_s) == (1.5, 3.5)
    assert (record.spawned, record.users_at_end) == (2, 2)
    assert record.samples[0] == LoadSample(1.75, 12.34, "GET /a\nb", None)
    assert len(record.samples[1].failure or "") == 300
    assert record.samples[2] == LoadSample(2.5, 1.5, "GET /a\nb", None)
    assert record.totals is not None
    assert record.totals.exceptions == {"KeyError: 'id'": 1}


def test_a_torn_record_is_read_up_to_its_last_whole_block_wherever_it_is_torn(
    tmp_path: Path,
) -> None:
    recorder = Recorder(tmp_path, "LocalRunner")
    recorder.started(1.5, 2)
    recorder.request(1.75, 12.0, ("GET", "/", None))
    recorder.flush()
    path = next(tmp_path.iterdir())
    whole = path.stat().st_size
    recorder.request(2.75, 12.0, ("GET", "/", None))
    recorder.flush()
    recorder.end(0)
    raw = path.read_bytes()

    for length in range(whole, len(raw)):
        record = parse_record(raw[:length])

        assert record.started_s == 1.5
        assert record.samples[:1] == (LoadSample(1.75, 12.0, "GET /"),)
        assert record.totals is None
    assert len(parse_record(raw).samples) == 2
    assert parse_record(raw).totals is not None


def test_bytes_that_are_altered_are_not_read(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, "LocalRunner")
    recorder.request(1.75, 12.0, ("GET", "/", None))
    recorder.flush()
    path = next(tmp_path.iterdir())
    in_requests = path.stat().st_size - 1
    recorder.end(0)
    raw = bytearray(path.read_bytes())
    raw[in_requests] ^= 1

    assert parse_record(bytes(raw)).samples == ()


def test_what_is_no_record_of_this_format_has_nothing(tmp_path: Path) -> None:
    assert parse_record(b'["begin",1,"LocalRunner"]\n') == ProcessRecord(pid=0)
    assert read_records(tmp_path) == ()


def test_a_record_of_another_machine_is_moved_to_this_clock() -> None:
    moved = GOOD.shifted(-90.0)

    assert (moved.started_s, moved.stopped_s) == (10.0, 20.0)
    assert [each.started_s for each in moved.samples] == [10.0, 19.0]
    assert load_duration_s([moved]) == load_duration_s([GOOD])


def test_a_request_costs_little_to_record(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, "LocalRunner")
    kind = ("GET", "/orders", None)

    took_s = min(timeit.repeat(lambda: recorder.request(1.0, 2.0, kind), number=20_000, repeat=5))
    recorder.end(0)

    assert took_s / 20_000 < 5e-6  # less than 1 us on an idle machine


def test_a_good_record_has_no_problems() -> None:
    assert find_problems(SPEC, [GOOD], exit_code=0) == ()


def test_a_process_that_recorded_its_end_may_hang_after_it() -> None:
    assert find_problems(SPEC, [GOOD], exit_code=None) == ()


@pytest.mark.parametrize(
    ("change", "exit_code", "problem"),
    [
        pytest.param({"totals": None}, None, "did not end within its deadline", id="deadline"),
        pytest.param({}, 2, "exit code 2", id="exit-code"),
        pytest.param({"totals": Totals(exit_code=3)}, 0, "exit code 3", id="lost-exit-code"),
        pytest.param({"totals": None}, 0, "process 1 of the generator died", id="no-end"),
        pytest.param({"spawned": None, "users_at_end": 3}, 0, "3 of 4 users were", id="ramp"),
        pytest.param({"users_at_end": 3}, 0, "1 of 4 users had ended", id="users-ended"),
        pytest.param({"stopped_s": 108.9}, 0, "after 8.9 of 10 s", id="early-end"),
        pytest.param({"totals": Totals(begun=3, finished=2)}, 0, "1 requests were", id="cut-off"),
        pytest.param({"totals": Totals(resends=2)}, 0, "2 dropped requests", id="re-sent"),
        pytest.param({"totals": Totals(resends=None)}, 0, "cannot be told", id="uncounted"),
        pytest.param({"totals": Totals(complaints=["bad"])}, 0, "bad", id="complaint"),
    ],
)
def test_what_cannot_be_trusted_is_said(
    change: dict[str, object], exit_code: int | None, problem: str
) -> None:
    record = replace(GOOD, **change)  # type: ignore[arg-type]

    problems = find_problems(SPEC, [record], exit_code=exit_code)

    assert any(problem in each for each in problems), problems


OPEN = LoadSpec(
    "x.py", "http://127.0.0.1:1", users=0, spawn_rate=0, rate=20.0, duration_s=10, max_users=7
)


def test_tasks_that_were_dropped_are_counted_and_what_to_do_is_said() -> None:
    totals = Totals(tasks_due=200, tasks_dropped=3)

    (problem,) = find_problems(OPEN, [replace(GOOD, totals=totals)], exit_code=0)

    assert problem.startswith("3 of 200 tasks were dropped: all of max_users = 7 were busy")
    assert "raise max_users" in problem


@pytest.mark.parametrize(("late", "problems"), [(10, 0), (11, 1)])
def test_more_than_a_twentieth_of_late_tasks_is_another_load(late: int, problems: int) -> None:
    totals = Totals(tasks_due=200, tasks_late=late, longest_lag_s=0.25)

    found = find_problems(OPEN, [replace(GOOD, totals=totals)], exit_code=0)

    assert len(found) == problems
    assert all("began later than they were due, by up to 0.25 s" in each for each in found)


def test_users_of_an_open_model_come_and_go() -> None:
    every_task = Totals(begun=200, finished=200, task_runs=200)
    gone = replace(GOOD, spawned=0, users_at_end=0, totals=every_task)

    assert find_problems(OPEN, [gone], exit_code=0) == ()


def test_a_rate_is_what_is_intended() -> None:
    totals = Totals(begun=300, finished=300, task_runs=100)

    assert intended_rate(OPEN, [replace(GOOD, totals=totals)]) == pytest.approx(60)
    assert intended_rate(
        replace(OPEN, ramp=((10, 40),)), [replace(GOOD, totals=totals)]
    ) == pytest.approx(90)


@pytest.mark.parametrize(("at_end", "problems"), [(36, 1), (37, 0), (50, 0)])
def test_users_of_a_ramp_are_counted_at_its_end(at_end: int, problems: int) -> None:
    spec = LoadSpec("x.py", "http://h", 0, 0, 10, ramp=((0, 0), (10, 50)))

    found = find_problems(spec, [replace(GOOD, users_at_end=at_end)], exit_code=0)

    assert len(found) == problems


def test_a_shape_of_the_locustfile_may_end_the_load() -> None:
    spec = LoadSpec("x.py", "http://h", 0, 0, 60, shape="Steps")

    assert find_problems(spec, [replace(GOOD, users_at_end=1)], exit_code=0) == ()
    assert intended_rate(spec, [GOOD]) is None


def test_a_lost_worker_is_found_among_those_that_ended() -> None:
    workers = [
        replace(GOOD, role="MasterRunner", spawned=4, samples=()),
        replace(GOOD, pid=2, role="WorkerRunner", spawned=2, users_at_end=2),
        replace(GOOD, pid=3, role="WorkerRunner", spawned=2, users_at_end=0, totals=None),
    ]

    problems = find_problems(SPEC, workers, exit_code=0)

    assert "process 3 of the generator died: its record has no end" in problems


def test_the_intended_rate_counts_requests_of_a_task_run_and_the_ramp_up() -> None:
    totals = Totals(begun=300, finished=300, task_runs=100, pacing_tasks_per_s=20.0)

    rate = intended_rate(replace(SPEC, spawn_rate=1), [replace(GOOD, totals=totals)])

    assert rate == pytest.approx(20 * 3 * 0.85)  # one, two, three, and four users for seven of 10 s


def test_the_duration_of_a_load_that_died_lasts_to_its_last_answer() -> None:
    died = replace(GOOD, stopped_s=None, totals=None)

    assert load_duration_s([died]) == pytest.approx(9.005)


def test_processes_that_begin_one_after_another_are_not_taken_for_slow_ones() -> None:
    totals = Totals(begun=50, finished=50, task_runs=50, pacing_tasks_per_s=5.0)
    first = replace(GOOD, role="WorkerRunner", users_at_end=2, totals=totals)
    second = replace(first, pid=2, started_s=102.0, stopped_s=112.0)
    spec = replace(SPEC, spawn_rate=1000)

    assert find_problems(spec, [first, second], exit_code=0) == ()
    assert load_duration_s([first, second]) == pytest.approx(12)
