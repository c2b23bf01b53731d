"""From reports to a tally and measurements."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_pipeline.domain.test_outcomes import TestOutcome
from pytest_pipeline.plugin.recording import REPORT_ATTRIBUTE
from pytest_pipeline.plugin.run_record import RunRecord

LOAD = {
    "requests": 100, "failures": 1, "requests_per_s": 50.0, "p50_ms": 10.0, "p95_ms": 20.0,
    "p99_ms": 30.0, "max_ms": 40.0, "duration_s": 2.0, "problems": [],
}  # fmt: skip


def report(
    when: str, outcome: str = "passed", nodeid: str = "t", **extra: object
) -> pytest.TestReport:
    known: Any = {"when": when, "outcome": outcome, "duration": 0.5, **extra}
    return pytest.TestReport(nodeid, ("t.py", 0, "t"), {}, longrepr=None, **known)


def recorded(
    nodeid: str, measurements: dict[str, float], *loads: dict[str, object]
) -> pytest.TestReport:
    data = {REPORT_ATTRIBUTE: {"measurements": measurements, "loads": list(loads)}}
    return report("call", nodeid=nodeid, **data)


SET_UP, TORN_DOWN = report("setup"), report("teardown")


@pytest.mark.parametrize(
    ("reports", "outcome"),
    [
        pytest.param([SET_UP, report("call"), TORN_DOWN], "passed", id="passed"),
        pytest.param([SET_UP, report("call", "failed")], "failed", id="failed"),
        pytest.param([report("setup", "failed"), TORN_DOWN], "error", id="set-up"),
        pytest.param(
            [SET_UP, report("call"), report("teardown", "failed")], "error", id="tear-down"
        ),
        pytest.param([report("setup", "skipped"), TORN_DOWN], "skipped", id="skipped"),
        pytest.param([SET_UP, report("call", "skipped", wasxfail="")], "xfailed", id="xfailed"),
        pytest.param([SET_UP, report("call", wasxfail="")], "xpassed", id="xpassed"),
        pytest.param(
            [SET_UP, report("call", "failed"), TORN_DOWN, SET_UP, report("call")],
            "failed",
            id="failed-then-passed",
        ),
        pytest.param(
            [SET_UP, report("call", context=1), report("call", "skipped")], "skipped", id="part"
        ),
        pytest.param([report("???", "failed")], "failed", id="crashed-worker"),
        pytest.param(
            [SET_UP, report("call", "rerun"), TORN_DOWN, SET_UP, report("call")],
            "passed",
            id="rerun",
        ),
        pytest.param(
            [SET_UP, report("call", "failed", context=1), report("call")], "failed", id="subtest"
        ),
    ],
)
def test_reports_come_to_an_outcome(reports: list[pytest.TestReport], outcome: str) -> None:
    record = RunRecord()
    for each in reports:
        record.add(each)

    tally = record.tally()

    assert tally.outcomes == {"t": TestOutcome(outcome)}
    assert tally.duration_s == 0.5 * len(reports)


RETRIED = [SET_UP, report("call", "retried"), report("call"), TORN_DOWN]
RERUN = [SET_UP, report("call", "rerun"), TORN_DOWN, SET_UP, report("call"), TORN_DOWN]


@pytest.mark.parametrize(
    ("reports", "outcomes"),
    [
        pytest.param(RERUN, ["failed", "passed"], id="rerunfailures"),
        pytest.param(RETRIED, ["failed", "passed"], id="pytest-retry"),
        pytest.param(
            [report("setup", "rerun"), TORN_DOWN, SET_UP, report("call", "failed"), TORN_DOWN],
            ["error", "failed"],
            id="set-up",
        ),
        pytest.param(
            [SET_UP, report("???", "rerun"), *RERUN],
            ["failed", "failed", "passed"],
            id="crashed-worker",
        ),
        pytest.param([*RERUN, report("???", "failed")], ["failed", "failed"], id="crash-at-end"),
        pytest.param(
            [SET_UP, report("call"), TORN_DOWN, SET_UP, report("call", "failed")],
            ["passed", "failed"],
            id="repeated",
        ),
        pytest.param(
            [SET_UP, report("call", "failed"), TORN_DOWN, SET_UP, report("call")],
            ["failed"],
            id="a-failure-that-counted-stays",
        ),
        pytest.param([SET_UP, report("call", "rerun"), TORN_DOWN], ["failed"], id="announced"),
    ],
)
def test_every_attempt_is_kept_and_the_last_decides(
    reports: list[pytest.TestReport], outcomes: list[str]
) -> None:
    record = RunRecord("unit")
    for each in reports:
        record.add(each)

    tally = record.tally()

    assert [str(each.outcome) for each in tally.records[0].attempts] == outcomes
    assert tally.outcomes["t"] == outcomes[-1]
    assert tally.records[0].duration_s == tally.duration_s == 0.5 * len(reports)
    assert tally.records[0].layer == "unit"


def failing(text: str, nodeid: str = "t") -> pytest.TestReport:
    made = report("call", "failed", nodeid)
    made.longrepr = text
    return made


def test_an_attempt_says_why() -> None:
    record = RunRecord()
    skipped = report("setup", "skipped", nodeid="a")
    skipped.longrepr = ("t.py", 3, "Skipped: no Docker")
    record.add(skipped)
    record.add(report("call", "skipped", nodeid="b", wasxfail="reason: bug 7"))
    record.add(failing("x" * 9_000 + "E   assert 0", "c"))

    said = {each.nodeid: each.attempts[0] for each in record.tally().records}

    assert said["a"].reason == "no Docker"
    assert said["b"].reason == "bug 7"
    assert said["c"].failure.endswith("E   assert 0")
    assert len(said["c"].failure) == 8_000


def test_the_texts_of_many_failures_do_not_fill_the_memory() -> None:
    record = RunRecord()
    for number in range(2_500):
        record.add(failing("x" * 8_000, str(number)))

    kept = [len(each.attempts[0].failure) for each in record.tally().records]

    assert (sum(kept), kept[0], kept[-1]) == (16_000_000, 8_000, 0)


def test_the_layer_and_the_worker_of_a_test_are_known() -> None:
    record = RunRecord()
    record.add(report("setup", nodeid="a", pipeline_layer="e2e", worker_id="gw1"))
    record.add(report("call", nodeid="a", worker_id="gw1"))
    record.leave_out(["b", "c", "b"])

    tally = record.tally()

    assert (tally.records[0].layer, tally.records[0].worker) == ("e2e", "gw1")
    assert tally.deselected == 2


def test_a_collected_test_without_its_last_report_is_missing() -> None:
    record = RunRecord()
    record.expect(["a", "b", "c"])
    for when in ("setup", "call", "teardown"):
        record.add(report(when, nodeid="a"))
    record.add(report("setup", nodeid="b"))

    assert record.missing() == ("b", "c")


def test_a_rerun_forgets_what_the_first_attempt_recorded() -> None:
    record = RunRecord()
    record.add(recorded("t", {"custom.x": 1}, LOAD))
    record.add(report("setup"))
    record.add(recorded("t", {"custom.x": 2}))

    assert record.measurements() == {"custom.x": 2}


def test_one_measure_of_two_tests_is_left_out_and_a_problem() -> None:
    record = RunRecord()
    record.add(recorded("a", {"custom.x": 1}))
    record.add(recorded("b", {"custom.x": 2}))

    assert record.measurements() == {}
    assert "custom.x was recorded by 2 tests (a, b)" in record.problems()[0]


def test_load_figures_add_up_or_take_the_worst() -> None:
    record = RunRecord()
    record.add(recorded("a", {}, LOAD))
    record.add(recorded("b", {}, {**LOAD, "failures": 50, "requests_per_s": 9.0, "p95_ms": 99.0}))

    measured = record.measurements()

    assert (measured["load.requests"], measured["load.failures"]) == (200, 51)
    assert measured["load.error_ratio"] == 0.5
    assert measured["load.requests_per_s"] == 9.0
    assert measured["load.p95_ms"] == 99.0
    assert record.load_s() == 4.0


def test_a_figure_that_one_load_test_lacks_is_not_measured() -> None:
    record = RunRecord()
    record.add(recorded("a", {}, LOAD))
    record.add(
        recorded("b", {}, {**LOAD, "requests": 0, "p95_ms": None, "problems": ["no requests"]})
    )

    assert "load.p95_ms" not in record.measurements()
    assert "load.error_ratio" not in record.measurements()
    assert record.problems() == ("b: the load result is invalid: no requests",)


def test_wall_time_is_from_the_first_start_to_the_last_end_of_all_workers() -> None:
    record = RunRecord()
    for nodeid, start_s, stop_s in (("a", 100.0, 103.0), ("b", 101.0, 102.0), ("c", 0, 0)):
        record.add(report("call", nodeid=nodeid, start=start_s, stop=stop_s))

    assert record.measurements() == {"duration.wall_s": 3.0}


def test_units_that_tests_gave_are_kept() -> None:
    record = RunRecord()
    data = {"measurements": {"custom.a": 1.0}, "loads": [], "units": {"custom.a": "rows"}}
    record.add(report("call", **{REPORT_ATTRIBUTE: data}))

    assert record.units() == {"custom.a": "rows"}


def test_a_crash_without_workers_names_none() -> None:
    record = RunRecord()
    record.add(report("???", "failed", nodeid="a"))
    record.add(report("???", "failed", nodeid="b"))
    record.add(report("???", "failed", nodeid="c", worker_id="gw0"))

    assert record.problems() == (
        "worker gw0 died while running c",
        "a process of its own died while running a",
        "a process of its own died while running b",
    )


def test_failures_that_no_report_told_of_are_counted() -> None:
    record = RunRecord()
    record.add(report("call", "failed"))
    record.add(report("teardown", "failed"))
    record.add(report("call", "failed", context=1))
    record.add_collection(pytest.CollectReport("t.py", "failed", "no module", []))

    assert [record.failures_beside(counted) for counted in (0, 4, 6)] == [0, 0, 2]
