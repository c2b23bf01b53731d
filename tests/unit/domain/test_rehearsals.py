"""What a rehearsal comes to: figures of its deployments, and a verdict."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pytest_pipeline.domain.criteria import parse_criterion
from pytest_pipeline.domain.deployments import DeploymentRecord, DeploymentStatus
from pytest_pipeline.domain.rehearsals import (
    Leg,
    RehearsalLimits,
    first_release,
    intended,
    judge_rehearsal,
    measurements,
)
from pytest_pipeline.domain.verdicts import Verdict

DONE = DeploymentStatus.SUCCEEDED


def made(leg: Leg, **seen: Any) -> DeploymentRecord:  # noqa: ANN401 - any field
    stable, candidate = ("r2", "r1") if leg is Leg.BACK else ("r1", "r2")
    record = DeploymentRecord(
        leg.deployment("e1-staging"), "staging", "rolling", DONE, stable, candidate, "sha256:0",
        100, 0, 0, None, None, None, None, 9.0, all_traffic_ms=2500.0, rehearsal=str(leg),
    )  # fmt: skip
    return replace(record, **seen)


def whole(**back: Any) -> list[DeploymentRecord]:  # noqa: ANN401 - any field
    return [made(Leg.FORWARD), made(Leg.BACK, **back), made(Leg.AGAIN)]


def test_requests_are_summed_and_only_the_way_back_is_timed() -> None:
    records = [
        made(Leg.FORWARD, lost_requests=1, all_traffic_ms=9000.0),
        made(Leg.BACK, lost_requests=2, error_requests=4),
        made(Leg.AGAIN, lost_requests=3),
    ]

    assert measurements(records) == {"lost_requests": 6, "error_requests": 4, "rollback_s": 2.5}


def test_by_default_nothing_may_be_lost_and_the_way_back_takes_30_s_at_most() -> None:
    limits = RehearsalLimits()

    assert str(limits) == "lost_requests <= 0, rollback_s <= 30"
    assert judge_rehearsal(limits, whole()).verdict is Verdict.PASS
    assert judge_rehearsal(limits, whole(lost_requests=1)).verdict is Verdict.FAIL
    assert judge_rehearsal(limits, whole(all_traffic_ms=30_001.0)).verdict is Verdict.FAIL
    assert judge_rehearsal(limits, whole(error_requests=50)).verdict is Verdict.PASS


def test_error_requests_count_where_they_have_a_limit() -> None:
    limits = RehearsalLimits(error_requests=parse_criterion("<= 10"))

    result = judge_rehearsal(limits, whole(error_requests=11))

    assert result.verdict is Verdict.FAIL
    assert result.reasons == ("error_requests: 11, wanted <= 10",)


@pytest.mark.parametrize(
    ("back", "missing"),
    [
        pytest.param({"requests": 0}, "lost_requests", id="no-traffic"),
        pytest.param({"all_traffic_ms": None}, "rollback_s", id="resumed"),
    ],
)
def test_what_was_not_measured_is_inconclusive(back: dict[str, object], missing: str) -> None:
    result = judge_rehearsal(RehearsalLimits(), whole(**back))

    assert result.verdict is Verdict.INCONCLUSIVE
    assert result.reasons == (f"{missing}: {missing} was not measured",)


def test_a_deployment_that_failed_fails_it_and_is_named() -> None:
    records = [
        made(Leg.FORWARD),
        made(Leg.BACK, status=DeploymentStatus.FAILED, failure="it broke"),
    ]

    result = judge_rehearsal(RehearsalLimits(), records)

    assert result.verdict is Verdict.FAIL
    assert result.reasons == ("deployments: the deployment back failed: it broke",)
    assert (result.stable, result.candidate) == ("r1", "r2")
    assert result.deployments == ("e1-staging", "e1-staging-back")


def test_a_first_release_is_promoted_with_a_warning() -> None:
    assert first_release("staging", "r1").verdict is Verdict.WARN


def test_it_is_told_beforehand() -> None:
    limits = RehearsalLimits()

    assert intended("r1", "r2", "rolling", limits) == (
        "rehearsal: r1 > r2 > r1 > r2, each by rolling; promoted if lost_requests <= 0, "
        "rollback_s <= 30"
    )
    assert "nothing to go back to" in intended(None, "r1", "rolling", limits)
