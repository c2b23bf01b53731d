"""What a load test's figure shows is what was measured."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_pipeline.adapters.html_report.plots.load_figure import load_figure
from pytest_pipeline.domain.hdr_histograms import histogram
from pytest_pipeline.domain.load import LoadResult, LoadSample, summarise_load
from pytest_pipeline.domain.load_shapes import LoadShape

pytest.importorskip("matplotlib")

SAMPLES = [LoadSample(number / 100, 1.0 + number) for number in range(1000)]
RESULT = summarise_load(SAMPLES, duration_s=10)


def test_response_times_are_drawn_by_percentile() -> None:
    figure = load_figure(*_with_shape(replace(RESULT, histogram=histogram(SAMPLES))))

    axes = figure.axes[2]
    (curve,) = (line for line in axes.lines if len(line.get_xdata()) > 2)  # type: ignore[arg-type]
    reached = {round(float(odds), 6): float(ms) for odds, ms in zip(*curve.get_data(), strict=True)}
    assert axes.get_title("left") == "response time by percentile"
    assert reached[10] == pytest.approx(901, rel=2e-3)
    assert reached[100] == pytest.approx(991, rel=2e-3)
    assert [each.get_text() for each in axes.get_xticklabels()] == [
        "0\u2009%",
        "90\u2009%",
        "99\u2009%",
        "99.9\u2009%",
    ]


def test_results_of_before_there_were_histograms_are_drawn_without_them() -> None:
    assert len(load_figure(*_with_shape(RESULT)).axes) == 2


def test_response_times_within_a_decade_have_ticks() -> None:
    samples = [LoadSample(number / 100, 12.0 + number % 50) for number in range(1000)]

    figure = load_figure(*_with_shape(summarise_load(samples, duration_s=10)))

    assert [each.get_text() for each in figure.axes[0].get_yticklabels()] == [
        "20\u00a0ms",
        "50\u00a0ms",
    ]


def test_names_of_quantiles_that_lie_close_stand_below_one_another() -> None:
    figure = load_figure(*_with_shape(RESULT))

    names = {each.get_text(): each.get_position()[1] for each in figure.axes[1].texts}
    assert names[" p50"] > names[" p95"] > names[" p99"]


def _with_shape(result: LoadResult) -> tuple[LoadResult, LoadShape]:
    assert result.shape is not None
    return result, result.shape
