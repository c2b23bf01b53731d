from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from orders.domain.idempotency import LEASE, Answer, Claim, Decision, decide, fingerprint
from orders.domain.order import Wish, WishedLine, merge_lines

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
CLAIM = Claim(key="k", fingerprint="f", order_id="1", claimed_at=NOON)
WISH = Wish("Ann", (WishedLine("mug", 1), WishedLine("pen", 2)))


def test_the_order_of_lines_does_not_change_the_fingerprint() -> None:
    turned = replace(WISH, lines=WISH.lines[::-1])

    assert fingerprint(turned) == fingerprint(WISH)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(replace(WISH, customer="Bob"), id="customer"),
        pytest.param(replace(WISH, lines=WISH.lines[:1]), id="fewer-lines"),
        pytest.param(
            replace(WISH, lines=(WishedLine("mug", 2), WishedLine("pen", 1))), id="quantities"
        ),
        pytest.param(Wish('Ann",[["mug', WISH.lines), id="text-that-looks-like-structure"),
    ],
)
def test_another_wish_has_another_fingerprint(other: Wish) -> None:
    assert fingerprint(other) != fingerprint(WISH)


def test_a_fingerprint_fits_its_column() -> None:
    assert len(fingerprint(WISH)) == 64


def test_lines_of_one_product_are_merged() -> None:
    lines = (WishedLine("pen", 1), WishedLine("mug", 1), WishedLine("pen", 2))

    assert merge_lines(lines) == (WishedLine("mug", 1), WishedLine("pen", 3))


def test_an_answered_request_is_replayed() -> None:
    answered = replace(CLAIM, answer=Answer(201, "{}"))

    assert decide(answered, CLAIM) is Decision.REPLAY


def test_an_answer_is_replayed_however_old_it_is() -> None:
    answered = replace(CLAIM, answer=Answer(201, "{}"))

    assert decide(answered, replace(CLAIM, claimed_at=NOON + LEASE * 99)) is Decision.REPLAY


def test_a_key_is_not_lent_to_another_request() -> None:
    answered = replace(CLAIM, answer=Answer(201, "{}"))

    assert decide(answered, replace(CLAIM, fingerprint="g")) is Decision.REFUSE


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        pytest.param(timedelta(0), Decision.WAIT, id="just-begun"),
        pytest.param(LEASE - timedelta(microseconds=1), Decision.WAIT, id="lease-nearly-over"),
        pytest.param(LEASE, Decision.TAKE_OVER, id="lease-over"),
    ],
)
def test_an_unanswered_request_is_waited_for_until_its_lease_ends(
    age: timedelta, expected: Decision
) -> None:
    assert decide(CLAIM, replace(CLAIM, claimed_at=NOON + age)) is expected
