"""Gates: what passes, what warns, and that nothing unmeasured is green."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_pipeline.domain.baselines import Baseline, BaselineKind
from pytest_pipeline.domain.criteria import parse_criterion
from pytest_pipeline.domain.gates import (
    BASIC_OBJECTIVES,
    Gate,
    Objective,
    ObjectiveResult,
    judge,
)
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
        pytest.param(math.inf, Verdict.INCONCLUSIVE, id="infinite"),
    ],
)
def test_pass_and_warn_bounds_decide(value: float | None, wanted: Verdict) -> None:
    assert verdict_of(value, ["< 250"], ["< 400"]) is wanted


def test_all_criteria_of_a_set_must_hold() -> None:
    assert verdict_of(5, ["> 1", "< 4"]) is Verdict.FAIL
    assert verdict_of(3, ["> 1", "< 4"]) is Verdict.PASS


FIRST = Baseline("stable", missing="nothing was promoted yet", first_release=True)
MISSING = Baseline("r6 (stable)", missing="no evidence: run it")


def stable(value: float) -> Baseline:
    return Baseline("r6 (stable)", {"load.p95_ms": value})


def against(baseline: Baseline) -> dict[BaselineKind, Baseline]:
    return {BaselineKind.STABLE: baseline}


def test_a_relative_criterion_without_baseline_warns_at_first_and_holds_later() -> None:
    assert verdict_of(100, ["<= +10%"], baselines=against(FIRST)) is Verdict.WARN
    assert verdict_of(100, ["<= +10%"], baselines=against(MISSING)) is Verdict.INCONCLUSIVE
    assert verdict_of(100, ["<= +10%"]) is Verdict.INCONCLUSIVE


def test_an_absolute_bound_that_is_missed_fails_even_without_a_baseline() -> None:
    assert verdict_of(100, ["<= +10%", "< 50"], baselines=against(FIRST)) is Verdict.FAIL


@pytest.mark.parametrize(
    ("value", "wanted"), [(110.0, Verdict.PASS), (110.1, Verdict.FAIL), (90.0, Verdict.PASS)]
)
def test_a_relative_criterion_compares_with_the_baseline(value: float, wanted: Verdict) -> None:
    assert verdict_of(value, ["<= +10%"], baselines=against(stable(100))) is wanted


@pytest.mark.parametrize(
    ("criterion", "value", "wanted"),
    [
        ("<= base", 3, Verdict.PASS),
        ("<= base", 4, Verdict.FAIL),
        ("<= base + 2", 5, Verdict.PASS),
        ("<= base + 2", 6, Verdict.FAIL),
        (">= base - 1", 2, Verdict.PASS),
        (">= base - 1", 1, Verdict.FAIL),
    ],
)
def test_a_change_in_units_is_added_to_the_baseline(
    criterion: str, value: float, wanted: Verdict
) -> None:
    assert verdict_of(value, [criterion], baselines=against(stable(3))) is wanted


def test_a_percentage_of_something_negative_goes_up_with_plus() -> None:
    assert verdict_of(-9, ["<= +10%"], baselines=against(stable(-10))) is Verdict.PASS
    assert verdict_of(-8.9, ["<= +10%"], baselines=against(stable(-10))) is Verdict.FAIL


@pytest.mark.parametrize("value", [0, 5])
@pytest.mark.parametrize("criterion", ["<= +10%", ">= -10%"])
def test_a_percentage_of_nothing_tells_nothing(criterion: str, value: float) -> None:
    (result,) = judge(
        Gate((objective([criterion]),)),
        {"load.p95_ms": value},
        baselines=against(stable(0)),
    ).results

    assert result.verdict is Verdict.INCONCLUSIVE
    assert "r6 (stable) has 0, and no percentage of 0" in result.reason


@pytest.mark.parametrize("figure", [math.nan, math.inf])
def test_a_baseline_that_is_no_number_is_none(figure: float) -> None:
    assert verdict_of(5, ["<= +10%"], baselines=against(stable(figure))) is Verdict.INCONCLUSIVE


def test_a_measure_that_the_baseline_did_not_have_is_inconclusive() -> None:
    baselines = against(Baseline("r6 (stable)", {"load.p50_ms": 3}))

    assert verdict_of(5, ["<= +10%"], baselines=baselines) is Verdict.INCONCLUSIVE


@pytest.mark.parametrize(
    ("value", "passes", "warns", "reason"),
    [
        (412, ["<= +10%"], [], "412, wanted <= +10% of 350 of r6 (stable)"),
        (340, ["<= +10%"], [], "340 (<= +10% of 350 of r6 (stable))"),
        (360, ["<= base"], ["<= +10%"], "360 misses <= base, which is 350 of r6 (stable)"),
        (2_000_001, ["<= base"], [], "2000001, wanted <= base, which is 350 of r6 (stable)"),
    ],
)
def test_a_reason_names_the_figures_and_where_the_baseline_is_from(
    value: float, passes: list[str], warns: list[str], reason: str
) -> None:
    (result,) = judge(
        Gate((objective(passes, warns),)), {"load.p95_ms": value}, baselines=against(stable(350))
    ).results

    assert result.reason == reason
    assert result.baseline == 350


def test_a_reason_without_a_baseline_says_what_to_do() -> None:
    (result,) = judge(
        Gate((objective(["<= +10%"]),)), {"load.p95_ms": 5}, baselines=against(MISSING)
    ).results

    assert result.reason == "no-baseline: 5, no evidence: run it"


def test_one_of_several_sets_is_enough() -> None:
    either = Objective(
        "load.p95_ms",
        (parse_criterion("< 250"),),
        pass_alternatives=((parse_criterion("<= +10%"),),),
    )

    def judged(value: float, baseline: Baseline) -> ObjectiveResult:
        found = judge(Gate((either,)), {"load.p95_ms": value}, baselines=against(baseline))
        return found.results[0]

    assert judged(200, MISSING).verdict is Verdict.PASS
    assert judged(200, MISSING).reason == "200 (< 250)"
    assert judged(300, MISSING).verdict is Verdict.INCONCLUSIVE
    assert judged(300, stable(290)).verdict is Verdict.PASS
    assert judged(400, stable(290)).verdict is Verdict.FAIL
    assert judged(400, stable(290)).reason == "400, wanted < 250, or <= +10% of 290 of r6 (stable)"


def test_a_warn_set_that_holds_needs_no_baseline_for_the_pass_set() -> None:
    assert verdict_of(5, ["<= +10%"], ["< 9"], baselines=against(MISSING)) is Verdict.WARN


def test_nothing_fails_while_one_set_is_unknown() -> None:
    assert verdict_of(5, ["<= +10%"], ["< 3"], baselines=against(MISSING)) is Verdict.INCONCLUSIVE


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


@pytest.mark.parametrize(
    "text",
    [
        "250",
        "< ",
        "=< 3",
        "< 10%",
        "< x",
        "",
        "< 1 2",
        "<= +5",
        "< -",
        "<= base 2",
        "<= base + -2",
        "<= 2 + base",
        "< 1e999",
    ],
)
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


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("<=+10 %", "<= +10%"),
        ("<= + 10%", "<= +10%"),
        ("<= base+2", "<= base + 2"),
        (" >=  base - 1.5 ", ">= base - 1.5"),
        ("== base + 0", "== base"),
        ("< -5", "< -5"),
        ("< 1234567.25", "< 1234567.25"),
    ],
)
def test_spaces_make_no_difference(text: str, canonical: str) -> None:
    assert str(parse_criterion(text)) == canonical
    assert parse_criterion(canonical) == parse_criterion(text)
