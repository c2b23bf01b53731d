"""A load result is computed from raw samples and says when it cannot be trusted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_pipeline.domain.load import LoadSample, summarise_load
from pytest_pipeline.domain.percentiles import percentile


def _samples(*latencies_ms: float) -> list[LoadSample]:
    return [LoadSample(started_s=float(n), response_ms=ms) for n, ms in enumerate(latencies_ms)]


@pytest.mark.parametrize(
    ("percent", "wanted"),
    [
        pytest.param(5, 15, id="first-rank"),
        pytest.param(30, 20, id="2-of-5-is-40-percent"),
        pytest.param(40, 20, id="exactly-40-percent"),
        pytest.param(41, 35, id="just-above-40-percent"),
        pytest.param(50, 35, id="median"),
        pytest.param(100, 50, id="maximum"),
    ],
)
def test_a_percentile_is_the_nearest_rank(percent: float, wanted: float) -> None:
    assert percentile([15, 20, 35, 40, 50], percent) == wanted


def test_binary_fractions_do_not_move_a_rank() -> None:
    values = [float(n) for n in range(1, 1001)]

    assert percentile(values, 99.9) == 999
    assert percentile(values, 55.1) == 551


@given(
    st.lists(st.floats(0, 1e6), min_size=1),
    st.floats(0, 100, exclude_min=True),
)
def test_a_percentile_is_a_measured_value_that_enough_do_not_exceed(
    values: list[float], percent: float
) -> None:
    found = percentile(sorted(values), percent)

    assert found in values
    assert sum(value <= found for value in values) >= percent / 100 * len(values) - 1e-6


@pytest.mark.parametrize("percent", [0, -1, 100.1])
def test_a_percentage_out_of_range_is_refused(percent: float) -> None:
    with pytest.raises(ValueError, match="percent must be in"):
        percentile([1.0], percent)


def test_latencies_are_not_bucketed() -> None:
    result = summarise_load(_samples(147.3, 3432.6, 1.01), duration_s=3)

    assert (result.p50_ms, result.p99_ms, result.max_ms) == (147.3, 3432.6, 3432.6)


def test_the_rate_runs_from_the_first_start_to_the_last_end() -> None:
    samples = [LoadSample(10.0, 500.0), LoadSample(11.0, 1000.0), LoadSample(10.5, 100.0)]

    result = summarise_load(samples, duration_s=1)

    assert result.requests_per_s == pytest.approx(3 / 2.0)


def test_a_rate_is_not_that_of_its_only_moment() -> None:
    result = summarise_load([LoadSample(10.0, 20.0)], duration_s=2)

    assert result.requests_per_s == pytest.approx(0.5)


def test_no_request_is_never_a_valid_result() -> None:
    result = summarise_load([], duration_s=5)

    assert not result.valid
    assert result.problems == ("no request was sent",)
    assert (result.requests, result.p95_ms, result.error_ratio) == (0, None, None)
    with pytest.raises(AssertionError, match="no request was sent"):
        result.assert_valid()


def test_failures_are_counted_by_their_message_most_frequent_first() -> None:
    samples = [
        LoadSample(0, 1, failure="503"),
        LoadSample(1, 1, failure="reset"),
        LoadSample(2, 1, failure="503"),
        LoadSample(3, 1),
    ]

    result = summarise_load(samples, duration_s=4)

    assert result.failures == 3
    assert list(result.errors.items()) == [("503", 2), ("reset", 1)]
    assert result.error_ratio == 0.75
    assert result.valid


def test_problems_that_the_generator_found_are_kept() -> None:
    result = summarise_load(_samples(1.0), duration_s=1, problems=["a worker died"])

    assert result.problems == ("a worker died",)
    assert not result.valid
