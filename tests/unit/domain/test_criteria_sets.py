"""Three-valued logic of criteria: every combination, and sets against a plain reading of them."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_pipeline.domain.baselines import Baseline, BaselineKind
from pytest_pipeline.domain.criteria import Comparison, Criterion
from pytest_pipeline.domain.criteria_sets import all_of, any_of
from pytest_pipeline.domain.gates import Gate, Objective, judge
from pytest_pipeline.domain.verdicts import Verdict

TRUTHS = (True, False, None)
#: A value of 10 makes these True, False, or None without a baseline.
CRITERIA = {
    True: Criterion(Comparison.AT_MOST, 10),
    False: Criterion(Comparison.LESS, 10),
    None: Criterion(Comparison.AT_MOST, 10, relative=True),
}
#: What an unknown may turn out to be.
POSSIBLE = {True: (True,), False: (False,), None: (True, False)}

truths = st.sampled_from(TRUTHS)
sets = st.lists(st.lists(truths, min_size=1, max_size=3), max_size=3)


@pytest.mark.parametrize("found", [*product(TRUTHS, repeat=2), *product(TRUTHS, repeat=3)])
def test_all_and_any_say_unknown_only_where_the_unknown_decides(
    found: tuple[bool | None, ...],
) -> None:
    worlds = list(product(*(POSSIBLE[each] for each in found)))
    every, some = {all(world) for world in worlds}, {any(world) for world in worlds}

    assert all_of(found) is (every.pop() if len(every) == 1 else None)
    assert any_of(found) is (some.pop() if len(some) == 1 else None)


def test_nothing_demanded_holds_and_nothing_offered_does_not() -> None:
    assert all_of([]) is True
    assert any_of([]) is False


def verdict_of(passes: list[list[bool | None]], warns: list[list[bool | None]]) -> Verdict:
    def written(each: list[list[bool | None]]) -> tuple[tuple[Criterion, ...], ...]:
        return tuple(tuple(CRITERIA[truth] for truth in criteria) for criteria in each)

    pass_sets, warn_sets = written(passes), written(warns)
    objective = Objective(
        "custom.figure",
        pass_sets[0],
        warn_sets[0] if warn_sets else (),
        pass_alternatives=pass_sets[1:],
        warn_alternatives=warn_sets[1:],
        baseline=BaselineKind.MERGE_BASE,
    )
    baselines = {BaselineKind.MERGE_BASE: Baseline("merge base", missing="unmeasured")}
    return judge(Gate((objective,)), {"custom.figure": 10}, baselines=baselines).verdict


@given(passes=sets.filter(bool), warns=sets)
def test_a_verdict_is_the_one_of_the_decision(
    passes: list[list[bool | None]], warns: list[list[bool | None]]
) -> None:
    def holds(each: list[list[bool | None]]) -> bool:
        return any(all(truth is True for truth in criteria) for criteria in each)

    refuted = all(False in criteria for criteria in (*passes, *warns))
    wanted = (
        Verdict.PASS
        if holds(passes)
        else Verdict.WARN
        if holds(warns)
        else Verdict.FAIL
        if refuted
        else Verdict.INCONCLUSIVE
    )

    assert verdict_of(passes, warns) is wanted


@given(passes=sets.filter(bool), warns=sets)
def test_what_is_unknown_never_promotes_what_one_of_its_answers_would_refuse(
    passes: list[list[bool | None]], warns: list[list[bool | None]]
) -> None:
    def settled(each: list[list[bool | None]], *, as_: bool) -> list[list[bool | None]]:
        return [[as_ if truth is None else truth for truth in criteria] for criteria in each]

    at_worst = verdict_of(settled(passes, as_=False), settled(warns, as_=False))

    assert verdict_of(passes, warns).promotes == at_worst.promotes


@given(
    value=st.floats(-1e6, 1e6),
    base=st.floats(-1e6, 1e6),
    change=st.floats(-100, 100),
    comparison=st.sampled_from(list(Comparison)),
    in_units=st.booleans(),
)
def test_a_relative_criterion_is_the_absolute_one_at_its_limit(
    value: float, base: float, change: float, comparison: Comparison, *, in_units: bool
) -> None:
    relative = Criterion(comparison, change, relative=True, in_units=in_units)
    limit = relative.limit(base)

    if limit is None:
        assert base == 0
        assert not in_units
        assert relative.holds(value, base) is None
    else:
        assert relative.holds(value, base) is Criterion(comparison, limit).holds(value)
