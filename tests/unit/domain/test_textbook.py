"""The textbooks' table, and who is warned by it."""

from __future__ import annotations

from dataclasses import astuple

import pytest

from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.strategies import STRATEGIES, plan_deployment
from pytest_pipeline.domain.textbook import TEXTBOOK, cautions


def pipeline(*environments: Environment) -> Pipeline:
    return Pipeline("orders", None, (), environments)


def test_every_strategy_has_a_row_without_blanks() -> None:
    assert list(TEXTBOOK) == list(STRATEGIES)
    assert all(all(astuple(row)) for row in TEXTBOOK.values())


@pytest.mark.parametrize("name", STRATEGIES)
def test_what_the_table_says_of_downtime_is_what_the_plan_keeps(name: str) -> None:
    plan = plan_deployment(name, {}, Fleet(1, ("r1-0",)), Fleet(2, ("r2-0",)))

    assert (TEXTBOOK[name].downtime == "none") == (plan.minimum_healthy == 1)


@pytest.mark.parametrize(
    ("environments", "warned"),
    [
        ([Environment("dev", strategy="in-place")], []),
        ([Environment("production", strategy="in-place")], ["production"]),
        ([Environment("production")], []),
        ([Environment("dev", strategy="in-place"), Environment("live")], []),
        ([Environment("dev"), Environment("shop", strategy="in-place")], ["shop"]),
        ([Environment("production"), Environment("mirror", strategy="in-place")], []),
    ],
)
def test_in_place_is_warned_of_for_production_only(
    environments: list[Environment], warned: list[str]
) -> None:
    assert [name for name, _ in cautions(pipeline(*environments))] == warned


def test_the_strategy_that_is_asked_for_counts() -> None:
    of = pipeline(Environment("dev"), Environment("production"))

    ((name, text),) = cautions(of, {"production": "in-place"})

    assert name == "production"
    assert text.startswith("in-place is not for production: nothing serves meanwhile")


def test_with_several_instances_capacity_dips() -> None:
    ((_, text),) = cautions(pipeline(Environment("production", replicas=2, strategy="in-place")))

    assert "capacity dips meanwhile" in text
