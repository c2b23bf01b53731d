"""Figures just past the bounds of an objective."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_pipeline.domain.baselines import Baseline, BaselineKind
from pytest_pipeline.domain.criteria import Comparison, Criterion, parse_criterion
from pytest_pipeline.domain.gates import Gate, Objective, judge
from pytest_pipeline.domain.refuting_figures import BASELINE, needs_baseline, refuting_figures
from pytest_pipeline.domain.verdicts import Verdict

BASELINES = {BaselineKind.STABLE: Baseline("r1 (stable)", {"custom.size": BASELINE})}


def objective(measure: str, passing: tuple[str, ...], warning: tuple[str, ...] = ()) -> Objective:
    return Objective(
        measure, tuple(map(parse_criterion, passing)), tuple(map(parse_criterion, warning))
    )


@pytest.mark.parametrize(
    ("demanded", "figures"),
    [
        pytest.param(objective("load.p95_ms", ("< 250",)), [250.0], id="the-bound-itself"),
        pytest.param(objective("tests.skipped", ("<= 3",)), [4.0], id="counts-are-whole"),
        pytest.param(objective("tests.passed", (">= 10",)), [9.0], id="a-floor"),
        pytest.param(objective("tests.skipped", ("== 2",)), [3.0, 1.0], id="both-sides"),
        pytest.param(objective("tests.skipped", ("<= 2.5",)), [3.0], id="the-next-whole-count"),
        pytest.param(objective("tests.passed", ("> 2.5",)), [2.0], id="the-whole-count-before"),
        pytest.param(objective("tests.flaky", ("== 0",)), [1.0], id="no-count-below-0"),
        pytest.param(objective("load.error_ratio", ("<= 1",)), [], id="no-ratio-above-1"),
        pytest.param(objective("coverage.percent[shop]", (">= 0",)), [], id="no-percent-below-0"),
        pytest.param(objective("duration.unit_s", (">= 0",)), [], id="no-duration-below-0"),
        pytest.param(objective("custom.balance", ("< 0", "> -2")), [0.0, -2.0], id="any-of-yours"),
        pytest.param(objective("custom.size", ("> 1", "< 5")), [1.0, 5.0], id="a-range"),
        pytest.param(
            objective("load.p95_ms", ("< 250",), ("< 400",)), [400.0], id="past-the-warning"
        ),
        pytest.param(objective("custom.size", ("< 5",), ("> 1",)), [], id="nothing-misses-it"),
    ],
)
def test_a_figure_lies_just_past_each_bound_that_fails(
    demanded: Objective, figures: list[float]
) -> None:
    assert [each.value for each in refuting_figures(demanded)] == figures


def test_a_relative_bound_is_that_of_the_baseline() -> None:
    (found,) = refuting_figures(objective("load.p95_ms", ("<= +10%",)))

    assert 110 < found.value < 110.01
    assert found.criterion.relative


@pytest.mark.parametrize(
    ("measure", "least", "most"),
    [
        ("coverage.percent", 55.0, 56.0),
        ("load.error_ratio", 0.11, 0.12),
        ("tests.failed", 111, 111),
    ],
)
def test_a_relative_bound_lies_where_the_measure_can_come_to(
    measure: str, least: float, most: float
) -> None:
    (found,) = refuting_figures(objective(measure, ("<= +10%",)))

    assert least <= found.value <= most


criteria = st.builds(
    Criterion,
    st.sampled_from(Comparison),
    st.integers(-1000, 1000).map(float),
    st.booleans(),
)


@given(
    st.lists(criteria, min_size=1, max_size=3).map(tuple),
    st.lists(criteria, max_size=2).map(tuple),
)
def test_the_judge_fails_every_figure_that_refutes(
    passing: tuple[Criterion, ...], warning: tuple[Criterion, ...]
) -> None:
    demanded = Objective("custom.size", passing, warning)

    for figure in refuting_figures(demanded):
        judged = judge(Gate((demanded,)), {"custom.size": figure.value}, baselines=BASELINES)

        assert judged.verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("passing", "needed"), [(("< 250",), False), (("<= +10%",), True), (("< 250", "<= +10%"), True)]
)
def test_a_relative_criterion_needs_a_baseline(passing: tuple[str, ...], *, needed: bool) -> None:
    assert needs_baseline(objective("load.p95_ms", passing)) is needed
