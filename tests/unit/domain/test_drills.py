"""What is expected of deployments under faults, and the environment that is drilled."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_pipeline.domain.drill_environments import Shortened, drilled
from pytest_pipeline.domain.drill_rows import DrillRow, exit_code_of, judge
from pytest_pipeline.domain.drills import EXPECTATIONS, Ending, Fault, ending_of
from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.plans import AwaitPromotion, Bake, DelayScaleDown, RunHook, Smoke
from pytest_pipeline.domain.rollouts import Phase
from pytest_pipeline.domain.strategies import STRATEGIES, plan_deployment
from pytest_pipeline.domain.verdicts import Verdict

GOOD = DrillRow("rolling", Fault.ERRORS, Ending.ROLLED_BACK, 23, requests=100, deadline_s=30.0)


def test_every_fault_has_an_expectation() -> None:
    assert set(EXPECTATIONS) == set(Fault)
    assert all(each.endings and each.what and each.then for each in EXPECTATIONS.values())


@pytest.mark.parametrize("phase", [each for each in Phase if each.final], ids=str)
def test_every_phase_that_is_final_is_an_ending_of_its_own(phase: Phase) -> None:
    assert str(ending_of(phase)) == str(phase)


def test_a_rollout_that_was_broken_off_has_no_final_phase() -> None:
    assert ending_of(Phase.ROLLING_OUT) is Ending.BROKEN_OFF


@pytest.mark.parametrize(
    ("row", "verdict", "reason"),
    [
        pytest.param(GOOD, Verdict.PASS, "", id="as-expected"),
        pytest.param(
            replace(GOOD, ending=Ending.SUCCEEDED),
            Verdict.FAIL,
            "succeeded, wanted rolled back",
            id="not-noticed",
        ),
        pytest.param(
            replace(GOOD, fault=Fault.LATENCY, ending=Ending.SUCCEEDED),
            Verdict.FAIL,
            "set one on mean_latency_ms",
            id="latency-without-alarm",
        ),
        pytest.param(
            replace(GOOD, detection_ms=30001.0), Verdict.FAIL, "within 30 s", id="noticed-late"
        ),
        pytest.param(
            replace(GOOD, lost_requests=1), Verdict.FAIL, "1 requests lost, wanted none", id="lost"
        ),
        pytest.param(
            replace(GOOD, fault=Fault.KILL_NEW, lost_requests=9),
            Verdict.PASS,
            "",
            id="lost-by-the-fault",
        ),
        pytest.param(
            replace(GOOD, fault=Fault.KILL_NEW, lost_requests=9, lost_elsewhere=2),
            Verdict.FAIL,
            "2 requests lost before the fault or after",
            id="lost-elsewhere",
        ),
        pytest.param(
            replace(GOOD, strategy="in-place", lost_requests=9, lost_elsewhere=9),
            Verdict.PASS,
            "",
            id="in-place-takes-capacity-away",
        ),
        pytest.param(
            replace(GOOD, left_behind=("process r2-0",)), Verdict.FAIL, "process r2-0", id="orphan"
        ),
        pytest.param(
            replace(GOOD, disorder=("missing: r1-0",)), Verdict.FAIL, "missing: r1-0", id="disorder"
        ),
        pytest.param(
            replace(GOOD, ending=Ending.NOT_STRUCK, skipped="no tmpfs"),
            Verdict.INCONCLUSIVE,
            "no tmpfs",
            id="not-tried",
        ),
        pytest.param(
            replace(GOOD, requests=0), Verdict.INCONCLUSIVE, "no client traffic", id="no-traffic"
        ),
        pytest.param(
            replace(GOOD, invalid="the probe lagged"), Verdict.INCONCLUSIVE, "lagged", id="lagged"
        ),
        pytest.param(
            replace(GOOD, ending=Ending.FROZEN, exit_code=24),
            Verdict.FAIL,
            "frozen",
            id="frozen",
        ),
        pytest.param(
            replace(GOOD, ending=Ending.FROZEN, exit_code=24, irreversible=True),
            Verdict.PASS,
            "",
            id="frozen-as-declared",
        ),
    ],
)
def test_a_row_is_judged(row: DrillRow, verdict: Verdict, reason: str) -> None:
    judged = judge(row)

    assert judged.verdict is verdict
    assert reason in " ".join(judged.reasons)


def test_a_drill_is_green_only_when_every_row_is() -> None:
    good, missing = judge(GOOD), judge(replace(GOOD, ending=Ending.NOT_STRUCK, skipped="no tmpfs"))
    bad = judge(replace(GOOD, ending=Ending.SUCCEEDED))

    assert exit_code_of((good, good)) is ExitCode.OK
    assert exit_code_of((good, missing)) is ExitCode.INCONCLUSIVE
    assert exit_code_of((good, missing, bad)) is ExitCode.GATE_FAILED
    assert exit_code_of(()) is ExitCode.INCONCLUSIVE


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_no_wait_of_a_drill_is_longer_than_it_says(strategy: str) -> None:
    real = Environment("production", strategy="rolling", options={"bake_s": 1800.0})
    environment = drilled(real, strategy, replicas=2, waits=Shortened(watch_s=1.5))

    fleets = (Fleet(n, (f"r{n}-0", f"r{n}-1")) for n in (1, 2))
    plan = plan_deployment(strategy, environment.options, *fleets)

    bakes = [each.duration_s for each in plan.steps if isinstance(each, Bake)]
    assert bakes
    assert max(bakes) <= 1.5
    assert environment.progress_deadline_s == 30.0


def test_a_drill_waits_for_no_person_and_runs_nothing_of_the_users() -> None:
    canary = Environment(
        "production",
        strategy="canary",
        options={
            "steps": [{"weight": 20, "pause": "promotion"}, {"weight": 60, "pause_s": 900}],
            "scale_down_delay_s": 600,
        },
    )
    green = Environment("production", strategy="blue-green", options={"smoke_tests": ["e2e"]})
    hooked = Environment(
        "production", strategy="in-place", options={"hooks": {"BeforeInstall": ["x"]}}
    )
    fleets = (Fleet(1, ("r1-0",)), Fleet(2, ("r2-0",)))

    steps = [
        step
        for each in (canary, green, hooked)
        for step in plan_deployment(
            each.strategy,
            drilled(each, each.strategy, replicas=1, waits=Shortened()).options,
            *fleets,
        ).steps
    ]

    assert not [
        each
        for each in steps
        if isinstance(each, AwaitPromotion | DelayScaleDown | Smoke | RunHook)
    ]
    assert [each.duration_s for each in steps if isinstance(each, Bake)][:2] == [3.0, 3.0]
