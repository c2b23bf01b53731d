"""Rolling: how much runs and serves by its options."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_pipeline.domain.fleet_expectations import capacities
from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.plans import AwaitHealthy, Bake, Launch, Shift, Stop
from pytest_pipeline.domain.strategies import plan_deployment
from pytest_pipeline.errors import PlanError


def fleet(release: int, replicas: int) -> Fleet:
    return Fleet(release, tuple(f"r{release}-{index}" for index in range(replicas)))


def peak_and_dip(replicas: int, options: dict[str, object]) -> tuple[int, int]:
    stable = fleet(1, replicas)
    after = list(
        capacities(plan_deployment("rolling", options, stable, fleet(2, replicas)), stable)
    )
    return max(each.running for each in after), min(each.serving for each in after)


@given(stable=st.integers(1, 12), candidate=st.integers(1, 12), batch_size=st.integers(1, 6))
def test_starting_first_never_serves_with_less_than_the_smaller_fleet(
    stable: int, candidate: int, batch_size: int
) -> None:
    options = {"batch_size": batch_size}
    plan = plan_deployment("rolling", options, fleet(1, stable), fleet(2, candidate))

    capacity = [
        len(step.stable) + len(step.candidate) for step in plan.steps if isinstance(step, Shift)
    ]

    assert min(capacity) >= min(stable, candidate)


@given(
    replicas=st.integers(1, 30),
    batch_size=st.integers(1, 8),
    max_surge=st.integers(0, 8),
    max_unavailable=st.integers(0, 8),
    order=st.sampled_from(["start-first", "stop-first"]),
)
def test_no_more_than_max_surge_run_above_and_no_more_than_max_unavailable_are_missing(
    replicas: int, batch_size: int, max_surge: int, max_unavailable: int, order: str
) -> None:
    if max_surge + max_unavailable == 0:
        return
    options = {
        "batch_size": batch_size,
        "max_surge": max_surge,
        "max_unavailable": max_unavailable,
        "order": order,
    }

    peak, dip = peak_and_dip(replicas, options)

    assert peak <= replicas + max_surge
    assert dip >= replicas - max_unavailable


@pytest.mark.parametrize(
    ("options", "peak", "dip"),
    [
        pytest.param({}, 9, 8, id="one-by-one"),
        pytest.param({"batch_size": 4}, 12, 8, id="a-batch-starts-first"),
        pytest.param({"batch_size": 4, "max_surge": 2}, 10, 8, id="surge-limits-the-batch"),
        pytest.param({"batch_size": 4, "order": "stop-first"}, 8, 4, id="a-batch-stops-first"),
        pytest.param(
            {"batch_size": 4, "order": "stop-first", "max_unavailable": 1},
            8,
            7,
            id="unavailable-limits-the-batch",
        ),
        pytest.param(
            {"batch_size": 4, "max_surge": 0, "max_unavailable": 2}, 8, 6, id="no-room-above"
        ),
        pytest.param(
            {"batch_size": 4, "max_surge": 3, "max_unavailable": 1}, 11, 7, id="some-both"
        ),
        pytest.param(
            {"batch_size": 4, "order": "stop-first", "max_unavailable": 1, "max_surge": 3},
            11,
            7,
            id="some-both-the-other-way",
        ),
    ],
)
def test_the_peak_and_the_dip_of_eight_instances(
    options: dict[str, object], peak: int, dip: int
) -> None:
    assert peak_and_dip(8, options) == (peak, dip)


def test_stopping_first_shifts_away_drains_and_stops_before_it_launches() -> None:
    plan = plan_deployment("rolling", {"order": "stop-first"}, fleet(1, 2), fleet(2, 2))

    kinds = [type(step).__name__ for step in plan.steps]

    batch = ["Shift", "Drain", "Stop", "Launch", "AwaitHealthy", "Shift"]
    assert kinds == ["Migrate", *batch, *batch, "Bake"]


def test_the_shares_of_a_rolling_update_follow_the_number_of_instances() -> None:
    plan = plan_deployment("rolling", {}, fleet(1, 4), fleet(2, 4))

    shares = [step.candidate_percent for step in plan.steps if isinstance(step, Shift)]

    assert shares == [25, 50, 75, 100]


def test_the_last_batch_may_be_short() -> None:
    plan = plan_deployment("rolling", {"batch_size": 2}, fleet(1, 5), fleet(2, 5))

    launched = [len(step.instances) for step in plan.steps if isinstance(step, Launch)]
    stopped = [len(step.instances) for step in plan.steps if isinstance(step, Stop)]

    assert launched == stopped == [2, 2, 1]


def test_alarms_are_watched_after_each_batch_but_the_last_and_at_the_end() -> None:
    plan = plan_deployment("rolling", {"monitor_s": 4.0, "bake_s": 9.0}, fleet(1, 3), fleet(2, 3))

    assert [step for step in plan.steps if isinstance(step, Bake)] == [
        Bake(4.0),
        Bake(4.0),
        Bake(9.0),
    ]


@pytest.mark.parametrize(
    ("ratio", "replicas", "failures"), [(0.0, 9, 0), (0.5, 3, 1), (0.29, 100, 29), (1.0, 4, 4)]
)
@pytest.mark.parametrize("stable", [None, fleet(1, 2)])
def test_the_ratio_of_failures_becomes_a_count_rounded_down(
    ratio: float, replicas: int, failures: int, stable: Fleet | None
) -> None:
    plan = plan_deployment("rolling", {"max_failure_ratio": ratio}, stable, fleet(2, replicas))

    waits = [step.max_failures for step in plan.steps if isinstance(step, AwaitHealthy)]

    assert set(waits) == {failures}


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"batch_size": 0}, "batch_size must be at least 1, got 0"),
        ({"max_surge": -1}, "max_surge must be at least 0, got -1"),
        ({"max_unavailable": -1}, "max_unavailable must be at least 0, got -1"),
        ({"max_surge": 0}, "max_surge must be at least 1 with order 'start-first', got 0"),
        (
            {"order": "stop-first", "max_unavailable": 0},
            "max_unavailable must be at least 1 with order 'stop-first', got 0",
        ),
        ({"order": "both"}, "order must be 'start-first' or 'stop-first', got 'both'"),
        ({"max_failure_ratio": 1.5}, r"max_failure_ratio must be in 0\.\.1, got 1.5"),
    ],
)
def test_options_out_of_range_are_refused(options: dict[str, object], told: str) -> None:
    with pytest.raises(PlanError, match=f"^{told}"):
        plan_deployment("rolling", options, fleet(1, 2), fleet(2, 2))
