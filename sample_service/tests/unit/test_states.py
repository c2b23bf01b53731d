import itertools

import pytest

from orders.domain.states import Action, Status, TransitionError, after, holds_stock

IMPOSSIBLE = [
    (Status.PLACED, Action.SHIP),
    (Status.SHIPPED, Action.CANCEL),
    (Status.SHIPPED, Action.PAY),
    (Status.CANCELLED, Action.PAY),
    (Status.CANCELLED, Action.SHIP),
    (Status.REFUNDED, Action.PAY),
    (Status.REFUNDED, Action.SHIP),
]


@pytest.mark.parametrize(
    ("status", "action", "expected"),
    [
        (Status.PLACED, Action.PAY, Status.PAID),
        (Status.PLACED, Action.CANCEL, Status.CANCELLED),
        (Status.PAID, Action.SHIP, Status.SHIPPED),
        (Status.PAID, Action.CANCEL, Status.REFUNDED),
    ],
)
def test_an_order_moves_along_its_life(status: Status, action: Action, expected: Status) -> None:
    assert after(status, action) is expected


@pytest.mark.parametrize(("status", "action"), IMPOSSIBLE)
def test_impossible_actions_are_refused_by_name(status: Status, action: Action) -> None:
    with pytest.raises(TransitionError, match=f"cannot {action} an order that is {status}"):
        after(status, action)


MOVES = [
    (status, action)
    for status, action in itertools.product(Status, Action)
    if (status, action) not in IMPOSSIBLE
]


@pytest.mark.parametrize(("status", "action"), MOVES)
def test_repeating_an_action_that_worked_changes_nothing(status: Status, action: Action) -> None:
    once = after(status, action)

    assert after(once, action) is once


@pytest.mark.parametrize(("status", "action"), MOVES)
def test_stock_that_was_given_back_is_never_taken_again(status: Status, action: Action) -> None:
    then = after(status, action)

    assert holds_stock(status) or not holds_stock(then)


def test_only_orders_that_ended_early_give_their_stock_back() -> None:
    given_back = {status for status in Status if not holds_stock(status)}

    assert given_back == {Status.CANCELLED, Status.REFUNDED}
