"""A policy sees which layers a stage runs, by which patterns, and where."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.layers import STANDARD_LAYERS, LayerRules
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.policies import policy_document
from pytest_pipeline.domain.policy_comparison import policy_changes
from pytest_pipeline.domain.stages import Stage

FAST = Stage("fast", ("unit", "contract"))
E2E = Stage("e2e", ("e2e",), environment="staging")
RULES = LayerRules((*STANDARD_LAYERS, "contract"), {"contract": ("tests/c_*.py", "tests/api/*")})
ENVIRONMENTS = tuple(map(Environment, ("staging", "prelive", "production")))
PLAIN = Pipeline("orders", None, (FAST, E2E), ENVIRONMENTS, layers=RULES)


def told(old: Pipeline, new: Pipeline) -> list[str]:
    policies = (policy_document(each, "production") for each in (old, new))
    return [each.text for each in policy_changes(*policies)]


def running(*layers: str) -> Pipeline:
    return replace(PLAIN, stages=(replace(FAST, layers=layers), E2E))


def by_patterns(*patterns: str) -> Pipeline:
    return replace(PLAIN, layers=replace(RULES, globs={"contract": patterns}))


def against(environment: str | None) -> Pipeline:
    return replace(PLAIN, stages=(FAST, replace(E2E, environment=environment)))


@pytest.mark.parametrize(
    ("new", "wanted"),
    [
        pytest.param(PLAIN, [], id="same"),
        pytest.param(
            running("unit"), ["stages.fast.layers: contract → - (weaker)"], id="layer-gone"
        ),
        pytest.param(
            running("unit", "contract", "component"),
            ["stages.fast.layers: - → component (other)"],
            id="layer-added",
        ),
        pytest.param(running("contract", "unit"), [], id="layers-in-another-order"),
        pytest.param(
            by_patterns("tests/c_*.py"),
            ["stages.fast.layers.contract: tests/api/* → - (weaker: cannot be compared)"],
            id="pattern-gone",
        ),
        pytest.param(
            by_patterns("tests/api/*", "tests/c_a.py"),
            [
                "stages.fast.layers.contract: tests/c_*.py → - (weaker: cannot be compared)",
                "stages.fast.layers.contract: - → tests/c_a.py (other)",
            ],
            id="pattern-changed",
        ),
        pytest.param(
            by_patterns("tests/c_*.py", "tests/api/*", "tests/d_*.py"),
            ["stages.fast.layers.contract: - → tests/d_*.py (other)"],
            id="pattern-added",
        ),
        pytest.param(
            against(None), ["stages.e2e.environment: staging → - (weaker)"], id="environment-gone"
        ),
        pytest.param(
            against("prelive"),
            ["stages.e2e.environment: staging → prelive (weaker: cannot be compared)"],
            id="elsewhere",
        ),
    ],
)
def test_what_a_stage_runs_is_compared(new: Pipeline, wanted: list[str]) -> None:
    assert told(PLAIN, new) == wanted


def test_an_environment_that_a_stage_runs_against_from_now_on_is_stronger() -> None:
    assert told(against(None), PLAIN) == ["stages.e2e.environment: - → staging (stronger)"]


def test_what_a_stage_runs_that_was_not_demanded_before_is_not_told_beside_it() -> None:
    old = policy_document(replace(PLAIN, stages=(FAST,)), "production")

    changes = policy_changes(old, policy_document(PLAIN, "production"))

    assert [each.place for each in changes] == ["stages.e2e"]


def test_a_policy_that_no_longer_says_what_runs_is_weaker() -> None:
    policy = policy_document(PLAIN, "production")

    (change,) = policy_changes(policy, {**policy, "runs": None})

    assert change.text == "runs: told → - (weaker: cannot be compared)"
