"""Which strategy is recommended for which constraints."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_pipeline.domain.comparisons import StrategyFigures
from pytest_pipeline.domain.recommendation import BY_RISK, Constraints, recommend
from pytest_pipeline.domain.strategies import STRATEGIES


def row(strategy: str, **figures: object) -> StrategyFigures:
    good = StrategyFigures(strategy, "Succeeded", 100, 0, 0, 0.0, 0, 4, 3.0, 2.5, 20.0, 0.1)
    return replace(good, **figures)  # type: ignore[arg-type]


def test_all_strategies_are_ordered_by_risk() -> None:
    assert sorted(BY_RISK) == sorted(STRATEGIES)


@pytest.mark.parametrize(
    ("constraints", "strategy"),
    [
        (Constraints(), "canary"),
        (Constraints(spare_instances=1), "rolling"),
        (Constraints(spare_instances=2), "canary"),
        (Constraints(replicas=4, spare_instances=2), "rolling"),
        (Constraints(spare_instances=0), "in-place"),
        (Constraints(replicas=1, spare_instances=0), None),
        (Constraints(replicas=1, spare_instances=0, downtime_allowed_s=30), None),
        (Constraints(mixed_versions_forbidden=True), "blue-green"),
        (Constraints(mixed_versions_forbidden=True, spare_instances=1), None),
        (
            Constraints(
                replicas=1, mixed_versions_forbidden=True, spare_instances=0, downtime_allowed_s=9
            ),
            None,
        ),
        (Constraints(rollback_budget_s=1), "canary"),
        (Constraints(rollback_budget_s=1, spare_instances=1), None),
        (Constraints(stateful=True), "in-place"),
        (Constraints(stateful=True, replicas=1), None),
        (Constraints(stateful=True, replicas=1, downtime_allowed_s=10), None),
    ],
)
def test_the_strategy_with_the_least_risk_that_fits_is_taken(
    constraints: Constraints, strategy: str | None
) -> None:
    found = recommend(constraints)

    assert found.strategy == strategy
    assert not found.measured
    assert [each.strategy for each in found.others] == [e for e in BY_RISK if e != strategy]
    assert all(each.said for each in found.others)
    assert strategy is not None or all(each.against for each in found.others)


@pytest.mark.parametrize(
    ("constraints", "figures", "against"),
    [
        (Constraints(), {"downtime_ms": 300.0}, "0.3 s down were measured, 0 s are allowed"),
        (Constraints(downtime_allowed_s=0.5), {"downtime_ms": 300.0}, ""),
        (
            Constraints(rollback_budget_s=0.05),
            {},
            "0.1 s to go back were measured, 0.05 s are allowed",
        ),
        (Constraints(rollback_budget_s=0.5), {}, ""),
        (Constraints(), {"status": "Failed"}, "its deployment ended Failed"),
        (
            Constraints(),
            {"lost_requests": 5, "problems": ("the generator lagged",)},
            "not known: what was measured cannot be trusted (the generator lagged)",
        ),
        (
            Constraints(),
            {"lost_requests": 2},
            "2 lost requests and 0 errors of 100 requests were measured, 0 s down are allowed",
        ),
        (
            Constraints(downtime_allowed_s=1),
            {"error_requests": 90},
            "0 lost requests and 90 errors of 100 requests were measured, 1 s down are allowed",
        ),
        (Constraints(downtime_allowed_s=1), {"lost_requests": 30}, ""),
        (
            Constraints(rollback_budget_s=5),
            {"rollback_s": None, "failure": "on the way back: all is lost"},
            "it was measured, and failed: on the way back: all is lost",
        ),
    ],
)
def test_what_was_measured_and_can_be_trusted_counts(
    constraints: Constraints, figures: dict[str, object], against: str
) -> None:
    found = recommend(constraints, [row("canary", **figures)])

    said = {each.strategy: "; ".join(each.against) for each in found.others}

    assert said.get("canary", "") == against
    assert found.measured == (found.strategy == "canary")


def test_a_measured_way_back_by_deployment_may_be_fast_enough() -> None:
    constraints = Constraints(rollback_budget_s=5, spare_instances=1)

    assert recommend(constraints, [row("rolling", rollback_s=3.0)]).strategy == "rolling"


def test_a_downtime_that_was_not_measured_is_not_known() -> None:
    constraints = Constraints(replicas=1, spare_instances=0, downtime_allowed_s=0.001)

    said = {each.strategy: each.said for each in recommend(constraints).others}["in-place"]

    assert "that it takes 0.001 s at most is not known" in said
    measured = [row("in-place", downtime_ms=0.5)]
    assert recommend(constraints, measured).strategy == "in-place"


def test_none_is_called_measured_that_was_not() -> None:
    found = recommend(Constraints(), [row("rolling")])

    assert (found.strategy, found.measured) == ("canary", False)
