"""Policies of promotions of before stay comparable: ``data/written_before/policy.json``.

It is the policy of `PIPELINE` as it was written when a policy did not yet say what stages run.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pytest_pipeline.domain.criteria import parse_criterion
from pytest_pipeline.domain.demands import Demands
from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.gates import BASIC_OBJECTIVES, Gate, Objective
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.policies import policy_document
from pytest_pipeline.domain.policy_comparison import policy_changes, weaker_among
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.trust import PublicKey, Signer

WRITTEN = Path(__file__).parent / "data/written_before/policy.json"
COVERAGE = Objective("coverage.lines_percent", (parse_criterion(">= 80"),))
GATE = Gate((*BASIC_OBJECTIVES, COVERAGE), Demands(("tests/*",), ("no docker*",), 1))
PIPELINE = Pipeline(
    "orders",
    None,
    (Stage("unit", ("unit",), gate=GATE), Stage("e2e", ("e2e",), environment="staging")),
    (Environment("staging"), Environment("production")),
    signers=(Signer("ci", PublicKey(bytes(32))),),
    evidence_max_age_s=60.0,
)
NOW = policy_document(PIPELINE, "production")


@pytest.fixture
def written() -> Any:  # noqa: ANN401 - of JSON
    return json.loads(WRITTEN.read_text(encoding="utf-8"))


def test_after_an_upgrade_nothing_is_weaker(written: Any) -> None:  # noqa: ANN401
    assert [each.text for each in policy_changes(written, NOW)] == [
        "stages.unit.layers: - → unit (other: not compared before)",
        "stages.e2e.layers: - → e2e (other: not compared before)",
    ]


def test_what_a_later_version_adds_to_a_policy_was_not_compared_before(written: Any) -> None:  # noqa: ANN401
    later = {**written, "rehearsed": True}
    later["stages"] = {**written["stages"], "e2e": {**written["stages"]["e2e"], "flaky": 3}}

    told = [each.text for each in policy_changes(written, later)]

    assert told == [
        "stages.e2e.flaky: - → 3 (other: not compared before)",
        "rehearsed: - → True (other: not compared before)",
    ]
    assert len(weaker_among(policy_changes(later, written))) == len(told)


def test_what_became_weaker_meanwhile_is_told(written: Any) -> None:  # noqa: ANN401
    unit, e2e = PIPELINE.stages
    looser = replace(PIPELINE, stages=(replace(unit, gate=Gate(BASIC_OBJECTIVES)), e2e))

    changes = weaker_among(policy_changes(written, policy_document(looser, "production")))

    assert "stages.unit.coverage.lines_percent" in [each.place for each in changes]
