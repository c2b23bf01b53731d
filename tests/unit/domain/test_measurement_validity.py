from __future__ import annotations

import pytest

from pytest_pipeline.domain.measurement_validity import traffic_problems
from pytest_pipeline.domain.traffic import Outcome, RequestSample, summarise

RATE = 50.0


def traffic(
    count: int, *, late: range = range(0), lag_s: float = 0.2, rate: float = RATE
) -> list[RequestSample]:
    """Return requests of which those with some numbers were sent late."""
    made = []
    for number in range(count):
        due_s = 100 + number / rate
        sent_s = due_s + (lag_s if number in late else 0.002)
        made.append(RequestSample(due_s, sent_s, sent_s + 0.01, Outcome.OK, "r1", "200"))
    return made


def test_traffic_that_was_sent_when_it_was_due_is_valid() -> None:
    assert traffic_problems(traffic(500), rate=RATE) == ()


def stalled(rate: float, start_s: float, end_s: float) -> list[RequestSample]:
    """Return 1.8 s of traffic; a generator that stalls sends what was due at the end of it."""
    made = []
    for number in range(int(1.8 * rate)):
        due_s = number / rate
        sent_s = end_s if start_s <= due_s < end_s else due_s
        release = "r1" if sent_s < 1 else "r2"
        made.append(RequestSample(due_s, sent_s, sent_s + 0.005, Outcome.OK, release, "200"))
    return made


@pytest.mark.parametrize("rate", [50.0, 300.0])
def test_a_stall_over_a_switch_is_not_forgiven(rate: float) -> None:
    samples = stalled(rate, 0.8, 1.29)

    [problem] = traffic_problems(samples, rate=rate, switches=[(0.97, 1.03)])

    assert "the probe lagged while traffic was switched" in problem
    assert traffic_problems(samples, rate=rate) == ()


def test_a_stall_that_ends_before_a_switch_is_a_hiccup() -> None:
    switches = [(0.97, 1.03), (1.5, 1.6)]

    assert traffic_problems(stalled(RATE, 0.4, 0.86), rate=RATE, switches=switches) == ()


def test_one_late_request_around_a_switch_is_no_stall() -> None:
    samples = traffic(500, late=range(50, 51))

    assert traffic_problems(samples, rate=RATE, switches=[(101.0, 101.05)]) == ()


def test_of_a_switch_that_takes_long_the_same_share_may_be_late() -> None:
    switches = [(100.1, 109.9)]

    assert traffic_problems(traffic(500, late=range(50, 75)), rate=RATE, switches=switches) == ()
    assert traffic_problems(traffic(500, late=range(50, 76)), rate=RATE, switches=switches) != ()


def test_nothing_sent_is_nothing_to_judge() -> None:
    assert traffic_problems((), rate=RATE) == ()


def test_half_a_second_of_hiccups_is_forgiven_in_a_short_deployment() -> None:
    assert traffic_problems(traffic(150, late=range(50, 75)), rate=RATE) == ()


def test_more_hiccups_in_a_short_deployment_are_not() -> None:
    [problem] = traffic_problems(traffic(150, late=range(50, 76)), rate=RATE)

    assert "26 of 150 requests were sent more than 100 ms late, the latest by 200 ms" in problem
    assert "lower probe.rate" in problem


def test_in_a_long_deployment_one_in_twenty_may_be_late() -> None:
    assert traffic_problems(traffic(10_000, late=range(500)), rate=RATE) == ()
    assert traffic_problems(traffic(10_000, late=range(501)), rate=RATE) != ()


def test_waiting_for_the_processor_is_not_late() -> None:
    assert traffic_problems(traffic(500, late=range(500), lag_s=0.1), rate=RATE) == ()


def test_a_generator_that_falls_behind_without_end_is_found_by_its_rate() -> None:
    samples = traffic(100)
    last = samples[-1]
    samples[-1] = RequestSample(last.intended_s, last.sent_s + 1, 200, Outcome.OK, "r1", "200")

    [problem] = traffic_problems(samples, rate=RATE)

    assert "sent 34 requests a second, wanted 50" in problem


def test_one_request_that_was_not_sent_is_a_hole() -> None:
    hung = RequestSample(101, 101, 101, Outcome.UNSENT, "", "not sent, all 5 connections hang")
    samples = [*traffic(99), hung]

    [problem] = traffic_problems(samples, rate=RATE)
    seen = summarise(samples, stable=None, candidate="r1")

    assert "could not send 1 of 100 requests" in problem
    assert (seen.requests, seen.lost_requests) == (99, 0)
