"""The figures of a load test of several runs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_pipeline.domain.hdr_histograms import histogram
from pytest_pipeline.domain.load import LoadResult, LoadSample
from pytest_pipeline.domain.load_series import planned_runs, run_figures, series_result
from pytest_pipeline.domain.load_shapes import LatencyClass, LoadMoment, LoadShape
from pytest_pipeline.domain.side_by_side import Side, SideBySide, Sides
from pytest_pipeline.domain.side_by_side.orders import ORDERS, seeded_orders

RUN = LoadResult(10, 1, 5.0, 4.0, 1.0, 2.0, 3.0, 4.0, 2.0, (), {"reset": 1})
SIDES = Sides("r6")


def test_each_block_has_its_order() -> None:
    planned = planned_runs(SideBySide(runs=4), (ORDERS[2], ORDERS[0]))

    assert "".join(side[0] for _, side in planned) == "cssc" + "ccss"
    assert [block for block, _ in planned] == [0] * 4 + [1] * 4


@pytest.mark.parametrize("runs", range(4, 25, 2))
def test_both_sides_get_as_many_runs_as_are_planned(runs: int) -> None:
    planned = planned_runs(SideBySide(runs=runs), seeded_orders("e1", runs // 2))

    assert {side: sum(each is side for _, each in planned) for side in Side} == {
        Side.CANDIDATE: runs,
        Side.STABLE: runs,
    }


def test_a_runs_figures_are_measures_but_for_what_was_not_measured() -> None:
    run = replace(RUN, requests=0, p95_ms=None)

    assert run_figures(run) == {
        "load.requests": 0,
        "load.failures": 1,
        "load.requests_per_s": 5,
        "load.p50_ms": 1,
        "load.p99_ms": 3,
        "load.max_ms": 4,
    }
    assert run_figures(RUN)["load.error_ratio"] == 0.1


def test_counts_are_sums_and_all_else_is_the_median_of_the_runs() -> None:
    runs = [replace(RUN, p95_ms=ms, requests_per_s=ms, requests=int(ms)) for ms in (7.0, 1.0, 3.0)]

    result = series_result(runs, SIDES, duration_s=60)

    assert (result.requests, result.failures, result.errors) == (11, 3, {"reset": 3})
    assert (result.p95_ms, result.requests_per_s) == (3.0, 3.0)
    assert (result.sides, result.duration_s, result.problems) == (SIDES, 60, ())


def test_a_figure_that_one_run_lacks_was_not_measured() -> None:
    result = series_result([RUN, replace(RUN, p95_ms=None)], SIDES, duration_s=1)

    assert (result.p50_ms, result.p95_ms) == (1.0, None)


def test_histograms_add_up_and_remarks_are_made_once() -> None:
    samples = [LoadSample(0.0, float(ms)) for ms in (1, 2, 3)]
    runs = [replace(RUN, histogram=histogram([each]), remarks=("odd",)) for each in samples]

    result = series_result(runs, SIDES, duration_s=1)

    assert result.histogram == histogram(samples)
    assert result.remarks == ("odd",)


def test_of_many_remarks_the_first_ones_are_made() -> None:
    runs = [replace(RUN, remarks=(f"odd {number}",)) for number in range(5)]

    assert series_result(runs, SIDES, duration_s=1).remarks == (
        "odd 0",
        "odd 1",
        "and 3 more of other runs",
    )


def test_the_shape_is_one_histogram_and_the_course_in_the_middle() -> None:
    shapes = [
        LoadShape(
            (LatencyClass(1.0, 2.0, 3), LatencyClass(2.0 + ms, 4.0 + ms, 1)),
            (LoadMoment(0.5, ms, 1, ms, None, ms), *more),
        )
        for ms, more in (
            (1.0, ()),
            (2.0, (LoadMoment(1.5, 1.0, 0, 9.0, None, 9.0),)),
            (9.0, ()),
        )
    ]

    shape = series_result([replace(RUN, shape=each) for each in shapes], SIDES, duration_s=1).shape

    assert shape is not None
    assert shape.classes[0] == LatencyClass(1.0, 2.0, 9)
    assert [each.requests for each in shape.classes] == [9, 1, 1, 1]
    assert shape.moments == (
        LoadMoment(0.5, 2.0, 3, 2.0, None, 2.0),
        LoadMoment(1.5, 1.0, 0, 9.0, None, 9.0),
    )
