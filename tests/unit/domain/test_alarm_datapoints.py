"""M of N datapoints, with every policy for the missing ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_pipeline.domain.alarms import AlarmState, TreatMissing, decide

OK, ALARM, INSUFFICIENT = AlarmState.OK, AlarmState.ALARM, AlarmState.INSUFFICIENT_DATA
_READ = {"0": False, "X": True, "-": None}


def read(series: str) -> list[bool | None]:
    return [_READ[each] for each in series]


def state(series: str, least: int, among: int, treat: TreatMissing) -> AlarmState:
    return decide(read(series), least=least, among=among, treat=treat)


@pytest.mark.parametrize(
    ("series", "least", "among", "states"),
    [
        ("", 1, 1, [INSUFFICIENT, INSUFFICIENT, INSUFFICIENT]),
        ("0", 1, 1, [OK, OK, OK]),
        ("X", 1, 1, [ALARM, ALARM, ALARM]),
        ("-", 1, 1, [INSUFFICIENT, ALARM, INSUFFICIENT]),
        ("0-", 1, 1, [INSUFFICIENT, ALARM, INSUFFICIENT]),
        ("X-", 1, 1, [INSUFFICIENT, ALARM, INSUFFICIENT]),
        ("00", 2, 3, [OK, OK, OK]),
        ("0", 2, 3, [INSUFFICIENT, INSUFFICIENT, INSUFFICIENT]),
        ("XX", 2, 3, [ALARM, ALARM, ALARM]),
        ("X0X", 2, 3, [ALARM, ALARM, ALARM]),
        ("0X0", 2, 3, [OK, OK, OK]),
        ("00-", 2, 3, [OK, OK, OK]),
        ("0X-", 2, 3, [INSUFFICIENT, ALARM, INSUFFICIENT]),
        ("0--", 2, 3, [INSUFFICIENT, ALARM, INSUFFICIENT]),
        ("000--", 2, 3, [INSUFFICIENT, ALARM, OK]),
        ("000---", 2, 3, [INSUFFICIENT, ALARM, INSUFFICIENT]),
        ("XX0--", 2, 3, [INSUFFICIENT, ALARM, ALARM]),
        ("-----", 2, 3, [INSUFFICIENT, ALARM, INSUFFICIENT]),
        ("---0", 1, 3, [INSUFFICIENT, ALARM, INSUFFICIENT]),
    ],
)
def test_what_a_series_comes_to_with_each_policy(
    series: str, least: int, among: int, states: list[AlarmState]
) -> None:
    """The states are those of ``missing``, ``breaching`` and ``ignore``, in this order."""
    assert [state(series, least, among, each) for each in TreatMissing] == states


_SERIES = st.lists(st.sampled_from([True, False, None]), max_size=12)
_M_OF_N = st.integers(1, 5).flatmap(lambda n: st.tuples(st.integers(1, n), st.just(n)))
_POLICY = st.sampled_from(TreatMissing)


@given(_SERIES, _M_OF_N, _POLICY)
def test_a_missing_datapoint_never_turns_the_state_to_ok(
    series: list[bool | None], m_of_n: tuple[int, int], treat: TreatMissing
) -> None:
    least, among = m_of_n
    before = decide(series, least=least, among=among, treat=treat)
    after = decide([*series, None], least=least, among=among, treat=treat)

    assert after is not OK or before is OK


@given(_SERIES, _M_OF_N, _POLICY)
def test_what_is_unreadable_for_n_datapoints_is_not_ok(
    series: list[bool | None], m_of_n: tuple[int, int], treat: TreatMissing
) -> None:
    least, among = m_of_n

    assert decide([*series, *[None] * among], least=least, among=among, treat=treat) is not OK


@given(_SERIES, _M_OF_N, _POLICY)
def test_m_of_the_last_n_that_breach_fire(
    series: list[bool | None], m_of_n: tuple[int, int], treat: TreatMissing
) -> None:
    least, among = m_of_n
    found = decide([*series, *[True] * least], least=least, among=among, treat=treat)

    assert found is ALARM


@given(_SERIES, _M_OF_N)
def test_ok_holds_whatever_the_missing_datapoints_would_have_been(
    series: list[bool | None], m_of_n: tuple[int, int]
) -> None:
    least, among = m_of_n
    found = decide(series, least=least, among=among, treat=TreatMissing.MISSING)
    worst = [True if each is None else each for each in series[-among:]]
    worst = [True] * (among - len(worst)) + worst

    assert (found is OK) == (sum(worst) < least)
