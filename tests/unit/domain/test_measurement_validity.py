from __future__ import annotations

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
