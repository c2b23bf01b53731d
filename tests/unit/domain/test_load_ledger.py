"""What the generator sent has to be what the router got, or the result does not count."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest

from pytest_pipeline.domain.load import LoadSample, summarise_load
from pytest_pipeline.domain.load_ledger import (
    RouterCount,
    SentRequests,
    reconciled,
    sent_from_record,
)

RESULT = replace(
    summarise_load([LoadSample(0.0, 5.0)], duration_s=1),
    sent=SentRequests(answered=100, unanswered=3),
)


@pytest.mark.parametrize("got", [100, 101, 103])
def test_what_got_no_answer_may_have_passed_the_router_or_not(got: int) -> None:
    found = reconciled(RESULT, RouterCount(7), RouterCount(7 + got))

    assert found == RESULT


@pytest.mark.parametrize(
    ("got", "said"),
    [
        pytest.param(99, "the router got 99 of 100 answered requests: 1 went past it", id="fewer"),
        pytest.param(104, "the router got 104 requests, Locust's clients sent 103: 1", id="more"),
        pytest.param(-7, "counters fell", id="started-anew"),
    ],
)
def test_any_other_number_makes_the_result_invalid(got: int, said: str) -> None:
    found = reconciled(RESULT, RouterCount(7), RouterCount(7 + got))

    assert said in found.problems[0]
    assert found.remarks == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(RouterCount(failure="it was stopped"), RouterCount(5), id="before"),
        pytest.param(RouterCount(5), RouterCount(failure="it was stopped"), id="after"),
    ],
)
def test_a_router_that_cannot_be_read_makes_the_result_invalid(
    before: RouterCount, after: RouterCount
) -> None:
    found = reconciled(RESULT, before, after)

    assert found.problems == ("what the router got cannot be told: it was stopped",)


def test_where_no_router_counts_the_result_says_so_and_stays_valid() -> None:
    unknown = RouterCount(unknown="nobody counts there")

    found = reconciled(RESULT, unknown, unknown)

    assert found.valid
    assert found.remarks == ("not reconciled with the router: nobody counts there",)


def test_a_generator_that_did_not_count_leaves_a_remark() -> None:
    found = reconciled(replace(RESULT, sent=None), RouterCount(0), RouterCount(9))

    assert found.remarks == ("not reconciled with the router: nobody counted what was sent",)


@pytest.mark.parametrize("got", [100, 108])
def test_clients_of_the_users_own_leave_room_that_is_told(got: int) -> None:
    mixed = replace(RESULT, sent=SentRequests(answered=100, unanswered=3, own=5))

    found = reconciled(mixed, RouterCount(0), RouterCount(got))

    assert found.valid
    assert "but for 5 requests of clients of the users' own" in found.remarks[0]


def test_what_was_sent_is_read_back_as_it_was_written() -> None:
    sent = SentRequests(1, 2, 3)

    assert sent_from_record(asdict(sent)) == sent
    assert sent_from_record(None) is None
