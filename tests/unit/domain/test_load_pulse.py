"""How a load goes is one line, whatever the number of processes that make it."""

from __future__ import annotations

from dataclasses import replace

from pytest_pipeline.domain.load_pulse import LoadPulse, together

PULSE = LoadPulse(
    elapsed_s=12.4,
    duration_s=30,
    users=8,
    requests=900,
    requests_per_s=81.6,
    p95_ms=34.2,
    failures=2,
)


def test_a_pulse_is_one_line() -> None:
    assert str(PULSE) == "load: 82 requests/s, p95 34 ms, 2 errors, 8 users, 12 of 30 s"


def test_before_the_first_answer_there_is_no_percentile_and_after_the_end_no_more_time() -> None:
    late = replace(PULSE, p95_ms=None, elapsed_s=31)

    assert "p95 -, " in str(late)
    assert str(late).endswith("30 of 30 s")


def test_processes_add_up_and_their_highest_percentile_counts() -> None:
    found = together([PULSE, replace(PULSE, p95_ms=90, users=7), replace(PULSE, p95_ms=None)])

    assert found is not None
    assert (found.users, found.requests, found.failures, found.p95_ms) == (23, 2700, 6, 90)


def test_what_a_master_heard_of_its_workers_is_not_counted_twice() -> None:
    master = replace(PULSE, master=True, p95_ms=None)

    found = together([master, replace(PULSE, users=4), replace(PULSE, users=4)])

    assert found == replace(master, p95_ms=PULSE.p95_ms)


def test_no_process_has_no_pulse() -> None:
    assert together([]) is None
