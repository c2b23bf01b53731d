"""Objectives on runs side by side: FAIL, PASS, or how many runs it would take."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_pipeline.domain.baselines import Baseline
from pytest_pipeline.domain.criteria import parse_criterion
from pytest_pipeline.domain.gates import Gate, Objective, ObjectiveResult, judge
from pytest_pipeline.domain.side_by_side import SideBySide, SideRun, Sides
from pytest_pipeline.domain.side_by_side.judging import BesideJudging, is_decided
from pytest_pipeline.domain.side_by_side.stage_sides import RunsBeside, sides_of_stage
from pytest_pipeline.domain.verdicts import Verdict
from tests.unit.domain.side_by_side.releases import P95, gate_of, sides_of

STABLE = [100.0, 101, 99, 100, 102, 98, 100, 101]
EQUAL = [101.0, 100, 100, 99, 98, 102, 101, 100]
SLOWER = [120.0, 121, 119, 120, 122, 118, 120, 121]
NOISY = [60.0, 150, 70, 160, 110, 80, 130, 90]


def judged(gate: Gate, *loads: Sides, value: float | None = 100.0) -> ObjectiveResult:
    named = tuple((f"test_{number}", each) for number, each in enumerate(loads))
    measured = {} if value is None else {gate.objectives[0].measure: value}
    return judge(gate, measured, beside=RunsBeside(named)).results[0]


@pytest.mark.parametrize(
    ("candidate", "wanted"),
    [
        pytest.param(EQUAL, Verdict.PASS, id="equal"),
        pytest.param(SLOWER, Verdict.FAIL, id="worse-by-20-percent"),
        pytest.param([each * 0.7 for each in EQUAL], Verdict.PASS, id="better"),
        pytest.param([each * 1.05 for each in EQUAL], Verdict.PASS, id="worse-and-tolerated"),
        pytest.param(NOISY, Verdict.INCONCLUSIVE, id="noise"),
    ],
)
def test_the_runs_of_both_releases_decide(candidate: list[float], wanted: Verdict) -> None:
    assert judged(gate_of("<= +10%"), sides_of(candidate, STABLE)).verdict is wanted


@pytest.mark.parametrize(
    ("factor", "wanted"),
    [(1.0, Verdict.PASS), (1.3, Verdict.PASS), (0.8, Verdict.FAIL)],
)
def test_of_a_rate_less_is_worse(factor: float, wanted: Verdict) -> None:
    gate = gate_of(">= -10%", measure="load.requests_per_s")
    sides = sides_of([each * factor for each in EQUAL], STABLE, gate.objectives[0].measure)

    assert judged(gate, sides).verdict is wanted


@pytest.mark.parametrize(
    ("slower", "wanted"), [(1.0, Verdict.PASS), (1.1, Verdict.WARN), (1.18, Verdict.FAIL)]
)
def test_what_is_tolerated_with_a_warning_warns(slower: float, wanted: Verdict) -> None:
    gate = gate_of("<= +5%", warn="<= +15%", detect_percent=20)

    found = judged(gate, sides_of([each * slower for each in EQUAL], STABLE))

    assert found.verdict is wanted


@pytest.mark.parametrize(("value", "wanted"), [(249.0, Verdict.PASS), (251.0, Verdict.FAIL)])
def test_an_absolute_criterion_judges_the_candidates_figure_beside(
    value: float, wanted: Verdict
) -> None:
    found = judged(gate_of("<= +10%", "< 250"), sides_of(EQUAL, STABLE), value=value)

    assert found.verdict is wanted
    assert found.reason.startswith(f"{value:g}, ")


def test_an_absolute_alternative_passes_what_the_runs_do_not_decide() -> None:
    one = gate_of("<= +10%").objectives[0]
    gate = Gate(
        (replace(one, pass_alternatives=((parse_criterion("< 50"),),)),), side_by_side=SideBySide()
    )
    sides = sides_of(NOISY, STABLE)

    assert judged(gate, sides, value=49).verdict is Verdict.PASS
    assert judged(gate, sides, value=49).reason == "49 (< 50)"
    assert judged(gate, sides, value=51).verdict is Verdict.INCONCLUSIVE


def test_every_load_test_has_to_meet_the_criterion() -> None:
    equal, slower = sides_of(EQUAL, STABLE), sides_of(SLOWER, STABLE)

    found = judged(gate_of("<= +10%"), equal, slower)

    assert found.verdict is Verdict.FAIL
    assert found.reason.startswith("test_1: +20.0 %")


def test_a_pass_tells_effect_interval_runs_and_p_value() -> None:
    found = judged(gate_of("<= +10%"), sides_of(EQUAL, STABLE))

    assert found.reason == (
        "+0.0 % (90 % interval -1.2 to +1.3 %, 8 runs each, worse by 20 %: p = 0.0019), "
        "wanted <= +10% of r6 (stable)"
    )
    assert found.baseline == 100


def test_what_is_not_decided_says_how_many_runs_would_decide() -> None:
    stable = [100.0, 120, 90, 110, 105, 85, 115, 95]
    candidate = [112.0, 127, 104, 122, 115, 97, 120, 94]

    found = judged(gate_of("<= +10%"), sides_of(candidate, stable))

    assert found.verdict is Verdict.INCONCLUSIVE
    assert found.reason.endswith("; 18 runs each would decide at this noise")


def test_noise_that_no_number_of_runs_overcomes_asks_for_longer_ones() -> None:
    found = judged(gate_of("<= +10%"), sides_of(NOISY, STABLE))

    assert "not even 24 runs each would decide: make them longer" in found.reason


@pytest.mark.parametrize(
    ("criterion", "candidate", "stable", "said"),
    [
        pytest.param("<= +10%", [0.0] * 8, [0.0] * 8, "16 of 16 runs have 0", id="zeros"),
        pytest.param("<= +10%", [*EQUAL[:7], 0.0], STABLE, "1 of 16 runs have 0", id="one-zero"),
        pytest.param("<= base", [0.0] * 8, [0.0] * 8, "is nothing to detect", id="of-nothing"),
        pytest.param("== base", EQUAL, STABLE, "no change for the worse", id="no-direction"),
        pytest.param("<= +25%", EQUAL, STABLE, "tolerates 20 %", id="tolerates-what-is-to-detect"),
    ],
)
def test_what_cannot_be_compared_is_inconclusive_and_says_why(
    criterion: str, candidate: list[float], stable: list[float], said: str
) -> None:
    found = judged(gate_of(criterion), sides_of(candidate, stable))

    assert found.verdict is Verdict.INCONCLUSIVE
    assert said in found.reason


@pytest.mark.parametrize(
    ("rate", "wanted"), [(0.0, Verdict.PASS), (0.011, Verdict.FAIL), (0.005, Verdict.PASS)]
)
def test_a_bound_in_the_measures_unit_compares_figures_that_may_be_0(
    rate: float, wanted: Verdict
) -> None:
    gate = gate_of("<= base + 0.01", measure="load.error_ratio")

    found = judged(gate, sides_of([rate] * 8, [0.0] * 8, "load.error_ratio"), value=rate)

    assert found.verdict is wanted


@pytest.mark.parametrize(
    ("criterion", "measure", "advised"),
    [
        ("<= +0%", P95, "<= +5%"),
        ("<= +2%", P95, "<= +5%"),
        ("<= base", P95, "<= base + 10"),
        (">= -0%", "load.requests_per_s", ">= -5%"),
    ],
)
def test_a_bound_that_chance_crosses_asks_to_tolerate_more(
    criterion: str, measure: str, advised: str
) -> None:
    wobbly = [100.0, 110, 90, 105, 104, 94, 107, 93]
    worse = [each * (0.985 if "requests" in measure else 1.025) for each in wobbly]

    found = judged(gate_of(criterion, measure=measure), sides_of(worse, wobbly, measure))

    assert found.verdict is Verdict.INCONCLUSIVE
    assert found.reason.endswith(
        f"misses {criterion} by chance, however many runs are made: tolerate more, "
        f"such as {advised}"
    )


def test_what_fails_beside_a_stable_that_never_does_fails_without_tolerance() -> None:
    gate = gate_of("<= base", measure="load.error_ratio")

    found = judged(gate, sides_of([1.0] * 8, [0.0] * 8, "load.error_ratio"), value=1.0)

    assert found.verdict is Verdict.FAIL
    assert is_decided(gate, sides_of([1.0] * 8, [0.0] * 8, "load.error_ratio"))


def test_no_failure_on_either_side_asks_for_an_absolute_objective() -> None:
    gate = gate_of("<= base", measure="load.error_ratio")

    found = judged(gate, sides_of([0.0] * 8, [0.0] * 8, "load.error_ratio"), value=0.0)

    assert found.verdict is Verdict.INCONCLUSIVE
    assert "wanted an absolute objective ('<= 0')" in found.reason


@pytest.mark.parametrize("lacking", [None, math.nan, math.inf])
def test_one_run_without_a_figure_decides_nothing(lacking: float | None) -> None:
    sides = sides_of(EQUAL, STABLE)
    figures = {} if lacking is None else {P95: lacking}
    runs = (replace(sides.runs[0], figures=figures), *sides.runs[1:])

    found = judged(gate_of("<= +10%"), replace(sides, runs=runs))

    assert found.verdict is Verdict.INCONCLUSIVE
    assert "was not measured in 1 of 16 runs" in found.reason


def test_a_block_that_is_not_whole_decides_nothing() -> None:
    sides = sides_of(EQUAL, STABLE)

    found = judged(gate_of("<= +10%"), replace(sides, runs=sides.runs[:-1]))

    assert found.verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize("lost", [0, 2])
def test_a_report_that_lost_a_block_is_not_judged_on_the_rest(lost: int) -> None:
    sides = sides_of(EQUAL, STABLE)
    rest = tuple(each for each in sides.runs if each.block != lost)

    found = judged(gate_of("<= +10%"), replace(sides, runs=rest))

    assert found.verdict is Verdict.INCONCLUSIVE
    assert "blocks of runs are missing" in found.reason


def test_more_runs_than_were_planned_decide_nothing() -> None:
    found = judged(gate_of("<= +10%", runs=6), sides_of(EQUAL, STABLE))

    assert found.verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize("value", [None, math.nan])
def test_a_figure_that_was_not_measured_is_inconclusive(value: float | None) -> None:
    found = judged(gate_of("<= +10%"), sides_of(EQUAL, STABLE), value=value)

    assert found.verdict is Verdict.INCONCLUSIVE


def test_a_load_test_that_was_not_run_side_by_side_leaves_all_undecided() -> None:
    loads = sides_of_stage([("test_a", sides_of(EQUAL, STABLE)), ("test_b", None)])

    found = judge(gate_of("<= +10%"), {P95: 100}, beside=RunsBeside(loads))

    assert found.verdict is Verdict.INCONCLUSIVE


def test_two_loads_of_one_test_are_two_load_tests() -> None:
    equal, slower = sides_of(EQUAL, STABLE), sides_of(SLOWER, STABLE)
    loads = sides_of_stage([("test_a", slower), ("test_a", equal)])

    assert [name for name, _ in loads] == ["test_a", "test_a (2)"]
    assert judge(gate_of("<= +10%"), {P95: 1}, beside=RunsBeside(loads)).verdict is Verdict.FAIL


def test_a_first_release_warns() -> None:
    missing = Baseline("stable", missing="nothing was promoted yet", first_release=True)

    found = judge(gate_of("<= +10%"), {P95: 100}, beside=RunsBeside(missing=missing))

    assert found.verdict is Verdict.WARN


def test_objectives_share_the_error() -> None:
    names = ["load.p50_ms", "load.p95_ms", "load.p99_ms", "load.max_ms"]
    gate = Gate(
        tuple(Objective(name, (parse_criterion("<= +10%"),)) for name in names),
        side_by_side=SideBySide(runs=4),
    )
    candidate, stable = SLOWER[:4], STABLE[:4]
    one = sides_of(candidate, stable)
    runs = tuple(
        SideRun(each.side, each.block, dict.fromkeys(names, each.figures[P95])) for each in one.runs
    )

    alone = judged(gate_of("<= +10%", runs=4), one)
    together = judge(
        gate, dict.fromkeys(names, 120.0), beside=RunsBeside((("test", Sides("r6", runs)),))
    )

    assert alone.verdict is Verdict.FAIL
    assert together.verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize(
    ("candidate", "runs", "decided"),
    [
        pytest.param(EQUAL, 2, False, id="before-the-first-look"),
        pytest.param(EQUAL, 4, True, id="equal-and-clear"),
        pytest.param(SLOWER, 4, False, id="worse-waits"),
        pytest.param(SLOWER, 6, True, id="worse-and-clear"),
        pytest.param(NOISY, 8, False, id="noise"),
    ],
)
def test_a_load_stops_when_its_gate_is_decided_on_it(
    candidate: list[float], runs: int, *, decided: bool
) -> None:
    sides = sides_of(candidate[:runs], STABLE[:runs])

    assert is_decided(gate_of("<= +10%"), sides) is decided


def test_more_load_tests_leave_less_error_to_stop_early() -> None:
    sides = sides_of(SLOWER[:6], STABLE[:6])

    assert is_decided(gate_of("<= +10%"), sides, loads=4)
    assert not is_decided(gate_of("<= +10%"), sides, loads=5)


@pytest.mark.parametrize("gate", [gate_of("< 250"), Gate(gate_of("<= +10%").objectives)])
def test_where_nothing_is_compared_nothing_is_decided_early(gate: Gate) -> None:
    assert not is_decided(gate, sides_of(EQUAL, STABLE))


figures = st.floats(1, 1000)


@given(st.lists(figures, min_size=16, max_size=16), st.sampled_from([4, 6, 8]))
def test_what_is_decided_early_is_what_the_gate_says(found: list[float], runs: int) -> None:
    sides = sides_of(found[:runs], [each / 2 for each in found[8 : 8 + runs]])
    gate = gate_of("<= +10%")

    verdict = judged(gate, sides).verdict

    assert is_decided(gate, sides) is (verdict is not Verdict.INCONCLUSIVE)


@given(st.lists(figures, min_size=16, max_size=16))
def test_the_verdict_alone_is_that_of_the_whole_result(found: list[float]) -> None:
    gate = gate_of("<= +10%")
    (objective,) = gate.objectives
    loads = (("test", sides_of(found[:8], found[8:])),)
    judging = BesideJudging((objective,), loads, SideBySide())

    assert judging.verdict(objective, 100) is judging.result(objective, 100).verdict


@given(st.lists(figures, min_size=16, max_size=16), st.floats(1.01, 3))
def test_a_slower_candidate_never_fares_better(found: list[float], factor: float) -> None:
    order = [Verdict.PASS, Verdict.INCONCLUSIVE, Verdict.FAIL]
    gate, stable = gate_of("<= +10%"), found[8:]

    before = judged(gate, sides_of(found[:8], stable)).verdict
    after = judged(gate, sides_of([each * factor for each in found[:8]], stable)).verdict

    assert order.index(after) >= order.index(before)
