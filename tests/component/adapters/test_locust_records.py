"""What a process of the generator recorded is read back, up to where it died."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from pytest_pipeline.adapters.locust_load.recorder import Recorder, Totals
from pytest_pipeline.adapters.locust_load.records import ProcessRecord, read_records
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
    recorder.request(1.75, 12.34, "GET /a\nb", None)
    recorder.request(2.0, 0.5, "GET /c", "x" * 1000)
    recorder.exception("KeyError: 'id'")
    recorder.stopped(3.5, 2)
    recorder.end(0)

    (record,) = read_records(tmp_path)

    assert (record.pid, record.role) == (os.getpid(), "LocalRunner")
    assert (record.started_s, record.stopped_s) == (1.5, 3.5)
    assert (record.spawned, record.users_at_end) == (2, 2)
    assert record.samples[0] == LoadSample(1.75, 12.34, "GET /a\nb", None)
    assert len(record.samples[1].failure or "") == 300
    assert record.totals is not None
    assert record.totals.exceptions == {"KeyError: 'id'": 1}


def test_a_torn_record_is_read_up_to_the_tear_and_has_no_end(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, "LocalRunner")
    recorder.started(1.5, 2)
    recorder.request(1.75, 12.0, "GET /", None)
    recorder.end(0)
    path = next(tmp_path.iterdir())
    whole = path.read_text()
    path.write_text(whole[: whole.index('["end"') - 5])

    (record,) = read_records(tmp_path)

    assert record.started_s == 1.5
    assert record.samples == ()
    assert record.totals is None


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

    rate = intended_rate(SPEC, [replace(GOOD, totals=totals)])

    assert rate == pytest.approx(20 * 3 * 0.95)


def test_the_duration_of_a_load_that_died_lasts_to_its_last_answer() -> None:
    died = replace(GOOD, stopped_s=None, totals=None)

    assert load_duration_s([died]) == pytest.approx(9.005)
