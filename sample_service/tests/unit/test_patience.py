import pytest

from orders.domain.patience import Deadline, RetryPolicy

POLICY = RetryPolicy(attempts=3, attempt_timeout_s=1.0, first_pause_s=0.1)


def test_a_deadline_counts_down_and_stops_at_zero() -> None:
    deadline = Deadline(at_s=10.0)

    assert [deadline.remaining_s(now_s) for now_s in (7.0, 10.0, 12.0)] == [3.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("remaining_s", "expected"),
    [pytest.param(5.0, 1.0, id="plenty-left"), pytest.param(0.3, 0.3, id="little-left")],
)
def test_one_try_never_outlives_the_deadline(remaining_s: float, expected: float) -> None:
    assert POLICY.timeout_s(remaining_s) == expected


def test_pauses_double() -> None:
    assert [POLICY.pause_s(tried, remaining_s=9.0) for tried in (1, 2)] == [0.1, 0.2]


def test_the_last_try_is_the_last() -> None:
    assert POLICY.pause_s(3, remaining_s=9.0) is None


def test_there_is_no_pause_that_the_deadline_would_cut() -> None:
    assert POLICY.pause_s(1, remaining_s=0.1) is None
