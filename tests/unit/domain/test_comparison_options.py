"""Waits of compared deployments."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from pytest_pipeline.domain.comparison_options import comparison_options
from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.plans import AwaitPromotion, Bake, DelayScaleDown
from pytest_pipeline.domain.strategies import STRATEGIES, plan_deployment


@pytest.mark.parametrize(
    ("strategy", "configured", "options", "said"),
    [
        ("in-place", {"max_unavailable": 2}, {"max_unavailable": 2}, ""),
        ("rolling", {"bake_s": 1}, {"bake_s": 2.0}, "bake_s = 2"),
        ("rolling", {"bake_s": 60.0}, {"bake_s": 2.0}, "bake_s = 2"),
        (
            "blue-green",
            {"bake_s": 1.0, "scale_down_delay_s": 9},
            {"bake_s": 2.0, "scale_down_delay_s": 0.0},
            "bake_s = 2, scale_down_delay_s = 0",
        ),
        (
            "blue-green",
            {"bake_s": 1.0, "switch_steps": (5,)},
            {"bake_s": 2.0, "switch_steps": (5,), "step_s": 2.0},
            "step_s = 2, bake_s = 2",
        ),
    ],
)
def test_waits_are_shortened_and_all_else_stays(
    strategy: str, configured: Mapping[str, object], options: Mapping[str, object], said: str
) -> None:
    assert comparison_options(strategy, configured) == (options, said)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_nobody_is_waited_for_and_no_wait_is_long(strategy: str) -> None:
    configured = {"steps": ({"weight": 5, "pause": "promotion"}, {"weight": 50, "pause_s": 60.0})}
    options, _ = comparison_options(strategy, configured if strategy == "canary" else {})

    plan = plan_deployment(strategy, options, Fleet(1, ("r1-0",)), Fleet(2, ("r2-0",)))

    assert not [each for each in plan.steps if isinstance(each, AwaitPromotion | DelayScaleDown)]
    assert all(each.duration_s <= 2 for each in plan.steps if isinstance(each, Bake))
