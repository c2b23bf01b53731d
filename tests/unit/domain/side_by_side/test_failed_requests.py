"""Requests that fail fast make no release look fast."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_pipeline.domain.gates import ObjectiveResult, judge
from pytest_pipeline.domain.side_by_side import Side, Sides
from pytest_pipeline.domain.side_by_side.stage_sides import RunsBeside
from pytest_pipeline.domain.verdicts import Verdict
from tests.unit.domain.side_by_side.releases import P95, gate_of, sides_of

EQUAL = sides_of([30.0] * 8, [30.1] * 8)
FAST_CANDIDATE = sides_of([1.0, 1.1] * 4, [30.0, 31.0] * 4)
FAST_STABLE = sides_of([30.0, 31.0] * 4, [1.0, 1.1] * 4)


def failing(sides: Sides, side: Side, failures: float, *, ratio: bool = False) -> Sides:
    """Return runs of which one side failed so many of 1000 requests."""

    def figures(failed: float) -> dict[str, float]:
        if ratio:
            return {"load.error_ratio": failed / 1000}
        return {"load.requests": 1000.0, "load.failures": failed}

    return replace(
        sides,
        runs=tuple(
            replace(each, figures={**each.figures, **figures(failures if each.side is side else 0)})
            for each in sides.runs
        ),
    )


def judged(sides: Sides) -> ObjectiveResult:
    return judge(gate_of("<= +10%"), {P95: 1.0}, beside=RunsBeside((("t", sides),))).results[0]


@pytest.mark.parametrize("ratio", [False, True])
@pytest.mark.parametrize(
    ("sides", "side"), [(FAST_CANDIDATE, Side.CANDIDATE), (FAST_STABLE, Side.STABLE)]
)
def test_a_side_that_fails_its_requests_fast_is_not_compared(
    sides: Sides, side: Side, *, ratio: bool
) -> None:
    found = judged(failing(sides, side, 400, ratio=ratio))

    assert found.verdict is Verdict.INCONCLUSIVE
    assert found.reason.startswith(
        f"{side} failed 40 % of its requests: response times of failed requests compare nothing"
    )


@pytest.mark.parametrize(("failures", "wanted"), [(10, Verdict.PASS), (11, Verdict.INCONCLUSIVE)])
@pytest.mark.parametrize("side", Side)
def test_one_request_of_a_hundred_may_fail(side: Side, failures: float, wanted: Verdict) -> None:
    assert judged(failing(EQUAL, side, failures)).verdict is wanted


def test_what_says_nothing_of_failures_is_compared_as_it_is() -> None:
    assert judged(EQUAL).verdict is Verdict.PASS


def test_failures_themselves_are_compared() -> None:
    sides = failing(sides_of([0.4] * 8, [0.0] * 8, "load.error_ratio"), Side.CANDIDATE, 400)
    gate = gate_of("<= base + 0.01", measure="load.error_ratio")

    found = judge(gate, {"load.error_ratio": 0.4}, beside=RunsBeside((("t", sides),)))

    assert found.verdict is Verdict.FAIL
