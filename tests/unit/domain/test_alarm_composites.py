"""Alarms made of others, in three-valued logic."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_pipeline.domain.alarms import AlarmState, Operator, combine

OK, ALARM, INSUFFICIENT = AlarmState.OK, AlarmState.ALARM, AlarmState.INSUFFICIENT_DATA
_ALL = {(OK, OK): OK, (OK, ALARM): OK, (ALARM, ALARM): ALARM}
_ANY = {(OK, OK): OK, (OK, ALARM): ALARM, (ALARM, ALARM): ALARM, (ALARM, INSUFFICIENT): ALARM}


@pytest.mark.parametrize(("operator", "table"), [(Operator.ALL, _ALL), (Operator.ANY, _ANY)])
def test_the_table_of_two_members(
    operator: Operator, table: dict[tuple[AlarmState, AlarmState], AlarmState]
) -> None:
    for pair in product(AlarmState, repeat=2):
        wanted = table.get(pair, table.get(pair[::-1], INSUFFICIENT))

        assert combine(operator, pair) is wanted, pair


@given(st.sampled_from(Operator), st.lists(st.sampled_from(AlarmState), min_size=1))
def test_no_composite_is_ok_while_a_member_has_no_data(
    operator: Operator, members: list[AlarmState]
) -> None:
    assert combine(operator, [*members, INSUFFICIENT]) is not OK
