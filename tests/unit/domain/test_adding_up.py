"""The runs of shards, added up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_pipeline.domain.adding_up import PartOfRun, added_up
from pytest_pipeline.domain.handoffs import Beside
from pytest_pipeline.domain.load import LoadResult
from pytest_pipeline.domain.measures import Measure
from pytest_pipeline.domain.shards import Shard
from pytest_pipeline.domain.tallies import StageRun, Tally
from pytest_pipeline.domain.test_outcomes import TestOutcome
from pytest_pipeline.domain.test_records import TestAttempt, TestRecord

PASSED, FAILED = TestOutcome.PASSED, TestOutcome.FAILED


def run_of(outcomes: dict[str, TestOutcome], *, each_s: float = 1.0, **figures: float) -> StageRun:
    records = tuple(
        TestRecord(nodeid, "unit", (TestAttempt(outcome, each_s),))
        for nodeid, outcome in outcomes.items()
    )
    tally = Tally(outcomes, len(outcomes), 0, each_s * len(outcomes), records)
    measured = {name.replace("__", "."): value for name, value in figures.items()}
    return StageRun(tally, measured, exit_status=0, duration_s=each_s * len(outcomes))


def joined(*runs: StageRun, recorded: tuple[tuple[str, ...], ...] = ()) -> StageRun:
    names = recorded or ((),) * len(runs)
    return added_up(
        [
            PartOfRun(Shard(number, len(runs)), run, names[number - 1])
            for number, run in enumerate(runs, start=1)
        ]
    )


def broken_module(text: str) -> TestRecord:
    return TestRecord("test_bad.py", "", (TestAttempt(TestOutcome.ERROR, failure=text),))


def test_tests_and_times_add_up() -> None:
    run = joined(
        run_of({"a": PASSED, "b": FAILED}, duration__wall_s=2.5),
        run_of({"c": PASSED}, each_s=4.0, duration__wall_s=4.0),
    )

    counted = run.tally.measurements()
    assert run.tally.outcomes == {"a": PASSED, "b": FAILED, "c": PASSED}
    assert (counted["tests.collected"], counted["tests.failed"]) == (3, 1)
    assert counted["tests.duration_s"] == 6.0
    assert run.measurements == {
        "duration.wall_s": 4.0,
        "duration.slowest_s": 4.0,
        "duration.unit_s": 6.0,
    }
    assert run.details["duration.slowest_s"] == ("c",)
    assert run.duration_s == 4.0


def test_what_every_shard_sees_counts_once() -> None:
    first, second = (
        replace(
            run,
            tally=replace(
                run.tally, broken_modules=1, deselected=1, skipped_modules={"test_s.py": "no"}
            ),
            broken=(broken_module("SyntaxError"),),
            details={"tests.deselected": ("z",)},
            left_out=("a conftest.py left out z",),
        )
        for run in (run_of({"a": PASSED}), run_of({"b": PASSED}))
    )

    run = joined(first, second)

    counted = run.tally.measurements()
    assert (counted["tests.errors"], counted["tests.deselected"]) == (1, 1)
    assert counted["tests.skipped"] == 1
    assert run.broken == (broken_module("SyntaxError"),)
    assert run.left_out == ("a conftest.py left out z",)
    assert run.details["tests.deselected"] == ("z",)


def test_a_figure_of_the_whole_stays_where_one_shard_alone_has_it() -> None:
    rows = Measure("custom.rows", "rows", "")
    loaded = replace(run_of({"a": PASSED}, load__p95_ms=20.0, custom__rows=7.0), registered=(rows,))

    run = joined(loaded, run_of({"b": PASSED}), recorded=(("custom.rows",), ()))

    assert (run.measurements["load.p95_ms"], run.measurements["custom.rows"]) == (20.0, 7.0)
    assert run.registered == (rows,)
    assert not run.problems


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("router__requests", "measured in shards 1/2, 2/2, and such figures do not add up"),
        ("load__requests", "measured in shards 1/2, 2/2, and such figures do not add up"),
        ("custom__hits", "measured in shards 1/2, 2/2, and such figures do not add up"),
        ("coverage__percent", "what the shards cover does not add up: measure it in one job"),
    ],
)
def test_a_figure_of_the_whole_that_several_shards_have_is_not_known(name: str, why: str) -> None:
    run = joined(run_of({"a": PASSED}, **{name: 1.0}), run_of({"b": PASSED}, **{name: 2.0}))

    measure = name.replace("__", ".")
    assert measure not in run.measurements
    assert run.details[measure] == (why,)


def test_coverage_of_one_part_is_not_that_of_the_whole() -> None:
    run = joined(run_of({"a": PASSED}, coverage__percent=90.0), run_of({"b": PASSED}))

    assert "coverage.percent" not in run.measurements


def test_what_tests_of_two_shards_record_is_a_problem_as_in_one_job() -> None:
    first, second = (run_of({name: PASSED}, custom__rows=1.0) for name in "ab")

    run = joined(first, second, recorded=(("custom.rows",), ("custom.rows", "load.requests")))

    (problem,) = run.problems
    assert problem.startswith("measure custom.rows was recorded by tests of 2 shards (1/2, 2/2)")


def test_a_problem_names_its_shard() -> None:
    second = replace(run_of({"b": PASSED}), problems=("worker gw0 died",))

    assert joined(run_of({"a": PASSED}), second).problems == ("shard 2/2: worker gw0 died",)


@pytest.mark.parametrize(
    ("statuses", "status"),
    [((0, 0), 0), ((0, 1), 1), ((5, 0), 0), ((5, 5), 5), ((0, None), None), ((1, 2), 2)],
)
def test_an_empty_shard_leaves_the_exit_status_to_the_others(
    statuses: tuple[int | None, ...], status: int | None
) -> None:
    runs = [replace(run_of({}), exit_status=each) for each in statuses]

    assert joined(*runs).exit_status == status


def test_a_stage_in_one_shard_is_what_its_shard_is() -> None:
    run = run_of({"a": PASSED}, coverage__percent=90.0)

    assert joined(run) == run


def test_what_load_was_compared_with_says_the_shard_that_ran_it() -> None:
    load = LoadResult(1, 0, 1.0, None, 1.0, 1.0, 1.0, 1.0, 1.0, (), {})
    here, elsewhere = Beside("r6"), Beside("r6", missing="it was not ready")
    runs = [
        replace(run_of({"a": PASSED}), beside=elsewhere),
        replace(run_of({"b": PASSED}), beside=here, loads=(("b", load),)),
        run_of({"c": PASSED}),
    ]

    assert joined(*runs).beside == here
    assert joined(runs[0], runs[2]).beside == elsewhere
    assert joined(runs[2]).beside is None
