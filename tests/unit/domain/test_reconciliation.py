from __future__ import annotations

from collections.abc import Sequence

import pytest

from pytest_pipeline.domain.instance_counts import InstanceCount
from pytest_pipeline.domain.marked_requests import RoutedRequest
from pytest_pipeline.domain.reconciliation import NOT_COUNTED, Reconciliation, reconcile
from pytest_pipeline.domain.traffic import BY_AN_INSTANCE, Outcome, RequestSample


def sent(number: int, outcome: Outcome = Outcome.OK, detail: str = "200") -> RequestSample:
    return RequestSample(number, number, number, outcome, "r1", detail, "GET /", f"tok-{number}")


def seen(
    number: int,
    *,
    instance: str = "r1-0",
    attempts: int = 1,
    details: str = BY_AN_INSTANCE,
) -> RoutedRequest:
    return RoutedRequest(f"tok-{number}", 200, details, "", "r1", instance, attempts, 1.0)


def counts(**requests: int) -> list[InstanceCount]:
    return [InstanceCount(name.replace("_", "-"), count) for name, count in requests.items()]


TEN = [sent(number) for number in range(10)]
TEN_SEEN = [seen(number, instance=f"r1-{number % 2}") for number in range(10)]


def problems(
    samples: Sequence[RequestSample], routed: Sequence[RoutedRequest]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    found = reconcile(samples, routed, [InstanceCount("r1-0", len(routed))])
    return found.problems, found.findings


def test_three_counts_that_agree_have_nothing_to_say() -> None:
    assert reconcile(TEN, TEN_SEEN, counts(r1_0=5, r1_1=5)) == Reconciliation()


def test_without_traffic_there_is_nothing_to_say() -> None:
    assert reconcile([], [], None) == Reconciliation()


def test_counts_that_are_not_measured_are_said_once_and_are_no_problem() -> None:
    found = reconcile(TEN, TEN_SEEN, None)

    assert found == Reconciliation(findings=(NOT_COUNTED,))


def test_what_was_lost_before_the_router_is_explained_by_the_probe() -> None:
    lost = [sent(10, Outcome.LOST, "refused"), sent(11, Outcome.LOST, "refused")]

    found = reconcile([*TEN, *lost], TEN_SEEN, counts(r1_0=5, r1_1=5))

    assert found.problems == ()
    assert found.findings == ("the router saw 2 requests fewer than the probe sent: 2 x refused",)


@pytest.mark.parametrize(
    "answered",
    [
        sent(0),
        sent(0, Outcome.ERROR, "500"),
        sent(0, Outcome.LOST, "503 no_healthy_upstream"),
    ],
    ids=["ok", "error", "by-the-router"],
)
def test_an_answer_that_the_router_did_not_see_is_a_problem(answered: RequestSample) -> None:
    found, _ = problems([answered, sent(1)], [seen(1)])

    assert found == ("the router saw nothing of 1 requests that were answered",)


def test_a_router_that_died_took_with_it_what_it_saw() -> None:
    found = reconcile(TEN, TEN_SEEN[1:], counts(r1_0=5, r1_1=5), router_died=True)

    assert found.problems == ()
    assert "the router died, and with it what it saw of 1 answered requests" in found.findings


def test_a_request_that_was_not_sent_is_not_missed() -> None:
    unsent = sent(10, Outcome.UNSENT, "not sent, all 5 connections hang")

    assert reconcile([*TEN, unsent], TEN_SEEN, counts(r1_0=5, r1_1=5)) == Reconciliation()


def test_a_marker_seen_twice_or_never_sent_is_a_problem() -> None:
    found, _ = problems([sent(1), sent(2)], [seen(1), seen(1), seen(2), seen(3)])

    assert found == (
        "the router saw 1 requests of the probe more than once",
        "the router saw 1 requests that the probe has no record of",
    )


def test_a_retry_that_saved_a_request_is_a_lost_one() -> None:
    routed = [seen(0, attempts=3), *TEN_SEEN[1:]]

    found = reconcile(TEN, routed, None)

    assert (found.retried_requests, found.saved_requests) == (1, 1)
    assert "the router hid 1 dropped requests from their clients" in found.findings[0]


def test_a_retry_that_saved_nothing_is_lost_once() -> None:
    given_up = sent(0, Outcome.LOST, "503 upstream_reset")

    found = reconcile([given_up], [seen(0, attempts=2, details="upstream_reset")], None)

    assert (found.retried_requests, found.saved_requests) == (1, 0)


def test_other_clients_of_an_instance_are_said_and_are_no_problem() -> None:
    found = reconcile(TEN, TEN_SEEN, counts(r1_0=5, r1_1=9))

    assert found.problems == ()
    assert len(found.findings) == 1
    assert "r1-1 counted 4 requests more than the router passed to it" in found.findings[0]


def test_an_instance_that_counts_less_than_it_answered_is_a_problem() -> None:
    found = reconcile(TEN, TEN_SEEN, counts(r1_0=2, r1_1=5))

    assert len(found.problems) == 1
    assert "r1-0 counted 3 requests fewer than it answered" in found.problems[0]


@pytest.mark.parametrize("counted", [9, 10])
def test_a_request_that_broke_off_at_an_instance_may_be_counted_there_or_not(counted: int) -> None:
    routed = [seen(number) for number in range(9)]
    broken = seen(9, details="upstream_reset_before_response_started")

    found = reconcile(TEN, [*routed, broken], counts(r1_0=counted))

    assert found == Reconciliation()


def test_an_earlier_try_may_be_counted_by_any_instance() -> None:
    routed = [seen(0, attempts=2), *(seen(number) for number in range(1, 10))]

    found = reconcile(TEN, routed, counts(r1_0=10, r1_1=1))

    assert found.problems == ()
    assert len(found.findings) == 1  # the retry


def test_a_count_that_is_not_known_is_said_with_its_reason() -> None:
    unknown = InstanceCount("r1-0", None, "gave no answer within 1 s")

    found = reconcile(TEN, TEN_SEEN, [unknown, *counts(r1_1=5)])

    assert found.problems == ()
    assert found.findings == ("what r1-0 counted is not known: gave no answer within 1 s",)


def test_an_instance_that_nobody_read_is_named() -> None:
    found = reconcile(TEN, TEN_SEEN, counts(r1_0=5))

    assert [each[:32] for each in found.findings] == ["what r1-1 counted is not known: "]


def test_the_counts_of_an_instance_that_was_started_anew_are_added() -> None:
    assert reconcile(TEN, TEN_SEEN, [*counts(r1_0=2, r1_1=5), *counts(r1_0=3)]) == Reconciliation()


def test_requests_without_a_marker_are_named() -> None:
    bare = RequestSample(1, 1, 1, Outcome.OK, "r1", "200")

    assert reconcile([bare], [], []).findings == ("1 requests of the probe carry no marker",)
