from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_pipeline.domain.traffic import Outcome, RequestSample, summarise


def ok(sent_s: float, release: str = "r1", *, took_s: float = 0.01) -> RequestSample:
    return RequestSample(sent_s, sent_s, sent_s + took_s, Outcome.OK, release, "200")


def lost(sent_s: float, detail: str = "reset", *, took_s: float = 0.01) -> RequestSample:
    return RequestSample(sent_s, sent_s, sent_s + took_s, Outcome.LOST, "", detail)


def error(sent_s: float, release: str = "r2") -> RequestSample:
    return RequestSample(sent_s, sent_s, sent_s + 0.01, Outcome.ERROR, release, "500")


def samples() -> st.SearchStrategy[list[RequestSample]]:
    times = st.floats(0, 1000)
    one = st.builds(
        lambda due, lag, took, outcome, release: RequestSample(
            due, due + lag, due + lag + took, outcome, release, outcome.value
        ),
        times,
        st.floats(0, 5),
        st.floats(0, 5),
        st.sampled_from(Outcome),
        st.sampled_from(["", "r1", "r2"]),
    )
    return st.lists(one, max_size=30)


def test_nothing_sent_comes_to_nothing() -> None:
    summary = summarise([], stable="r1", candidate="r2")

    assert (summary.requests, summary.longest_gap_ms, summary.generator_lag_ms) == (0, 0.0, 0.0)
    assert summary.mixed_ms is None
    assert summary.p95_ms is None


def test_each_outcome_is_counted_apart() -> None:
    summary = summarise([ok(0), lost(1), lost(2), error(3)], stable="r1", candidate="r2")

    assert (summary.requests, summary.lost_requests, summary.error_requests) == (4, 2, 1)


def test_the_gap_lies_between_two_successful_answers_in_a_row() -> None:
    summary = summarise(
        [ok(0), ok(1), lost(1.5), error(2), ok(4), ok(4.5)], stable=None, candidate="r2"
    )

    assert summary.longest_gap_ms == pytest.approx(3000)


def test_a_gap_at_the_end_counts() -> None:
    summary = summarise([ok(0), ok(1), lost(2), lost(3)], stable=None, candidate="r2")

    assert summary.longest_gap_ms == pytest.approx(2000)


def test_a_gap_at_the_beginning_counts() -> None:
    summary = summarise([lost(0), lost(1), ok(5), ok(6)], stable=None, candidate="r2")

    assert summary.longest_gap_ms == pytest.approx(5010)


def test_without_a_successful_answer_the_gap_is_the_whole_time() -> None:
    summary = summarise([lost(0), lost(2, took_s=5)], stable=None, candidate="r2")

    assert summary.longest_gap_ms == pytest.approx(7000)


def test_the_gap_is_measured_by_completion_not_by_sending() -> None:
    summary = summarise([ok(0), ok(0.1, took_s=3), ok(0.2)], stable=None, candidate="r2")

    assert summary.longest_gap_ms == pytest.approx(3.1e3 - 210)


def test_cutover_of_a_rolling_update_is_its_mixed_period() -> None:
    mixed = [ok(0), ok(1, "r2"), ok(2), ok(3, "r2"), ok(4), ok(5, "r2")]

    summary = summarise(mixed, stable="r1", candidate="r2")

    assert summary.mixed_ms == pytest.approx(3000)


def test_cutover_of_an_in_place_update_is_its_gap() -> None:
    summary = summarise([ok(0), ok(1), lost(2), ok(4, "r2")], stable="r1", candidate="r2")

    assert summary.mixed_ms == pytest.approx(3000)


def test_an_error_answer_of_the_candidate_takes_part_in_the_cutover() -> None:
    summary = summarise([ok(0), error(1, "r2"), ok(2, "r2")], stable="r1", candidate="r2")

    assert summary.mixed_ms == pytest.approx(1000)


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param([ok(0), ok(1)], id="the candidate answered nothing"),
        pytest.param([ok(0, "r2")], id="stable answered nothing"),
        pytest.param([ok(0), ok(1, "r2"), ok(2)], id="traffic went back to stable"),
    ],
)
def test_there_is_no_cutover_when(seen: list[RequestSample]) -> None:
    assert summarise(seen, stable="r1", candidate="r2").mixed_ms is None


def test_a_first_deployment_has_no_cutover() -> None:
    seen = [lost(0), ok(1, "r2")]

    assert summarise(seen, stable=None, candidate="r2").mixed_ms is None


def test_details_count_what_went_wrong_most_frequent_first() -> None:
    absent = RequestSample(9, 9, 9.1, Outcome.OK, "r2", "404")
    seen = [ok(0), lost(1, "timeout"), lost(2), lost(3), error(4), absent]

    details = summarise(seen, stable=None, candidate="r2").details

    assert details == (("reset", 2), ("404", 1), ("500", 1), ("timeout", 1))


def test_the_generators_lag_is_the_longest_delay_before_sending() -> None:
    late = RequestSample(1.0, 1.25, 1.3, Outcome.OK, "r1", "200")

    assert summarise([ok(0), late], stable=None, candidate="r1").generator_lag_ms == 250


def test_latency_is_told_from_due_time_over_successful_answers() -> None:
    quick = [ok(each) for each in range(94)]
    slow = [RequestSample(t, t + 1, t + 2, Outcome.OK, "r1", "200") for t in range(6)]

    summary = summarise([*quick, *slow, lost(9, took_s=99)], stable=None, candidate="r1")

    assert summary.p95_ms == pytest.approx(2000)


@given(samples(), st.randoms())
def test_the_order_of_the_samples_does_not_matter(
    seen: list[RequestSample], random: Random
) -> None:
    shuffled = list(seen)
    random.shuffle(shuffled)

    assert summarise(shuffled, stable="r1", candidate="r2") == summarise(
        seen, stable="r1", candidate="r2"
    )


@given(samples())
def test_the_gap_fits_into_the_time_observed(seen: list[RequestSample]) -> None:
    summary = summarise(seen, stable="r1", candidate="r2")

    observed_s = max((s.done_s for s in seen), default=0) - min((s.sent_s for s in seen), default=0)
    successes = sum(each.outcome is Outcome.OK for each in seen)
    assert summary.longest_gap_ms <= observed_s * 1000 + 1e-6
    assert summary.longest_gap_ms * (successes + 1) >= observed_s * 1000 - 1e-6
