"""Gates: what passes, what warns, and that nothing unmeasured is green."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_pipeline.domain.criteria import parse_criterion
from pytest_pipeline.domain.gates import BASIC_OBJECTIVES, Gate, Objective, judge
from pytest_pipeline.domain.verdicts import Verdict, worst
from pytest_pipeline.errors import ConfigError


def objective(passes: list[str], warns: list[str] | None = None) -> Objective:
    return Objective(
        "load.p95_ms",
        tuple(parse_criterion(text) for text in passes),
        tuple(parse_criterion(text) for text in warns or []),
    )


def verdict_of(value: float | None, *criteria: list[str], **more: object) -> Verdict:
    measured = {} if value is None else {"load.p95_ms": value}
    return judge(Gate((objective(*criteria),)), measured, **more).verdict  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        pytest.param(249.9, Verdict.PASS, id="below-pass"),
        pytest.param(250.0, Verdict.WARN, id="at-pass-below-warn"),
        pytest.param(400.0, Verdict.FAIL, id="at-warn"),
        pytest.param(None, Verdict.INCONCLUSIVE, id="not-measured"),
        pytest.param(math.nan, Verdict.INCONCLUSIVE, id="not-a-number"),
        pytest.param(math.inf, Verdict.FAIL, id="infinite"),
    ],
)
def test_pass_and_warn_bounds_decide(value: float | None, wanted: Verdict) -> None:
    assert verdict_of(value, ["< 250"], ["< 400"]) is wanted


def test_all_criteria_of_a_set_must_hold() -> None:
    assert verdict_of(5, ["> 1", "< 4"]) is Verdict.FAIL
    assert verdict_of(3, ["> 1", "< 4"]) is Verdict.PASS


def test_a_relative_criterion_without_baseline_warns_at_first_and_holds_later() -> None:
    assert verdict_of(100, ["<= +10%"], first_release=True) is Verdict.WARN
    assert verdict_of(100, ["<= +10%"], first_release=False) is Verdict.INCONCLUSIVE


def test_an_absolute_bound_that_is_missed_fails_even_without_a_baseline() -> None:
    assert verdict_of(100, ["<= +10%", "< 50"], first_release=True) is Verdict.FAIL


@pytest.mark.parametrize(
    ("value", "wanted"), [(110.0, Verdict.PASS), (110.1, Verdict.FAIL), (90.0, Verdict.PASS)]
)
def test_a_relative_criterion_compares_with_the_baseline(value: float, wanted: Verdict) -> None:
    baseline = {"load.p95_ms": 100.0}

    assert verdict_of(value, ["<= +10%"], baseline=baseline, first_release=False) is wanted


def test_a_stage_without_an_executed_test_is_not_green() -> None:
    verdict = judge(Gate(BASIC_OBJECTIVES), {"tests.executed": 0, "tests.failed": 0}).verdict

    assert verdict is Verdict.INCONCLUSIVE


def test_a_fixture_that_fails_before_any_test_ran_is_a_failure() -> None:
    verdict = judge(Gate(BASIC_OBJECTIVES), {"tests.executed": 0, "tests.failed": 1}).verdict

    assert verdict is Verdict.FAIL


def test_a_gate_without_objectives_is_inconclusive() -> None:
    assert judge(Gate(()), {"tests.executed": 3}).verdict is Verdict.INCONCLUSIVE


@given(st.lists(st.sampled_from(list(Verdict)), min_size=1))
def test_one_verdict_that_does_not_promote_keeps_the_whole_from_it(verdicts: list[Verdict]) -> None:
    assert worst(verdicts).promotes == all(each.promotes for each in verdicts)


@pytest.mark.parametrize("text", ["250", "< ", "=< 3", "< 10%", "< x", "", "< 1 2"])
def test_a_criterion_that_is_not_understood_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="is not understood"):
        parse_criterion(text)


@given(
    sign=st.sampled_from(["<", "<=", ">", ">=", "=="]),
    bound=st.integers(-10_000, 10_000),
    relative=st.booleans(),
)
def test_a_criterion_reads_back_as_it_is_written(sign: str, bound: int, *, relative: bool) -> None:
    text = f"{sign} {bound:+d}%" if relative else f"{sign} {bound}"

    assert str(parse_criterion(text)) == text
