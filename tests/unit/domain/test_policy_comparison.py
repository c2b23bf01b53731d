"""What differs between two policies, in the sense of whoever has to keep them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_pipeline.domain.criteria import parse_criterion
from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.gates import BASIC_OBJECTIVES, Gate, Objective
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.policies import (
    approvers,
    demanded_stages,
    policy_document,
    policy_document_digest,
)
from pytest_pipeline.domain.policy_comparison import policy_changes, weaker_among
from pytest_pipeline.domain.policy_tables import policy_table
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.trust import PublicKey, Signer

ONE, OTHER = (PublicKey(bytes([number]) * 32) for number in (1, 2))
STAGES = (Stage("unit", ("unit",)), Stage("e2e", ("e2e",), environment="staging"))
SIGNED = Signer("ci", ONE, ("unit",), ("staging",))
PRODUCTION = Environment("production")
PLAIN = Pipeline("orders", None, STAGES, (Environment("staging"), PRODUCTION), signers=(SIGNED,))


def changed(new: Pipeline, old: Pipeline = PLAIN) -> list[tuple[str, str]]:
    policies = (policy_document(each, "production") for each in (old, new))
    return [(str(each.kind), each.place) for each in policy_changes(*policies)]


def demanding(*stages: str, max_age_s: float | None = None) -> Pipeline:
    """Return the pipeline with an environment that demands these stages."""
    environment = replace(PRODUCTION, required_evidence=stages, evidence_max_age_s=max_age_s)
    return replace(PLAIN, environments=(PLAIN.environments[0], environment))


def believing(*signers: Signer) -> Pipeline:
    return replace(PLAIN, signers=signers)


def test_a_policy_does_not_differ_from_itself() -> None:
    assert changed(PLAIN) == []


@pytest.mark.parametrize(
    ("new", "wanted"),
    [
        pytest.param(demanding("unit"), ("weaker", "stages.e2e"), id="stage-removed"),
        pytest.param(
            demanding("unit", "e2e", max_age_s=60), ("stronger", "max_age_s"), id="an-age"
        ),
        pytest.param(believing(), ("weaker", "signers"), id="nobody-signs"),
        pytest.param(
            believing(SIGNED, Signer("new", OTHER)), ("weaker", "signers.new"), id="signer-added"
        ),
        pytest.param(
            believing(replace(SIGNED, stages=("*",))), ("weaker", "signers.ci.stages"), id="wider"
        ),
        pytest.param(
            believing(replace(SIGNED, environments=())),
            ("stronger", "signers.ci.environments"),
            id="narrower",
        ),
        pytest.param(
            believing(replace(SIGNED, approves=True)),
            ("weaker", "signers.ci.approves"),
            id="approves",
        ),
        pytest.param(
            believing(replace(SIGNED, name="robot")), ("other", "signers.robot.name"), id="renamed"
        ),
    ],
)
def test_a_change_is_told_in_its_sense(new: Pipeline, wanted: tuple[str, str]) -> None:
    assert changed(new) == [wanted]


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        pytest.param(believing(), PLAIN, ("stronger", "signers"), id="signing-begins"),
        pytest.param(
            demanding("unit", "e2e", max_age_s=60),
            demanding("unit", "e2e", max_age_s=90),
            ("weaker", "max_age_s"),
            id="older",
        ),
        pytest.param(
            demanding("unit", "e2e", max_age_s=60), PLAIN, ("weaker", "max_age_s"), id="any-age"
        ),
        pytest.param(demanding("unit"), PLAIN, ("stronger", "stages.e2e"), id="stage-added"),
        pytest.param(
            believing(replace(SIGNED, stages=("*",))),
            PLAIN,
            ("stronger", "signers.ci.stages"),
            id="narrower-than-all",
        ),
    ],
)
def test_a_change_the_other_way_round_is_told_so(
    old: Pipeline, new: Pipeline, wanted: tuple[str, str]
) -> None:
    assert changed(new, old) == [wanted]


def test_objectives_are_placed_in_their_stage_and_shown_in_a_table() -> None:
    gates = [
        Gate((*BASIC_OBJECTIVES, Objective("coverage.lines_percent", (parse_criterion(text),))))
        for text in (">= 90", ">= 85.5")
    ]
    old, new = (
        policy_document(
            replace(PLAIN, stages=(replace(STAGES[0], gate=each), STAGES[1])), "production"
        )
        for each in gates
    )

    changes = weaker_among(policy_changes(old, new))

    assert policy_table(changes).splitlines() == [
        "    what                                last promoted  now",
        "    stages.unit.coverage.lines_percent  >= 90          >= 85.5  weaker",
    ]


def test_an_environment_demands_what_stands_before_it_or_what_it_names() -> None:
    assert [each.name for each in demanded_stages(PLAIN, "staging")] == ["unit"]
    assert [each.name for each in demanded_stages(PLAIN, "production")] == ["unit", "e2e"]
    assert [each.name for each in demanded_stages(demanding("e2e"), "production")] == ["e2e"]


def test_how_a_release_is_brought_there_is_no_policy() -> None:
    slower = replace(PRODUCTION, strategy="canary", alarms=(), rehearsal=None, hold_s=1)

    assert changed(replace(PLAIN, environments=(PLAIN.environments[0], slower))) == []


def test_the_digest_tells_policies_apart() -> None:
    one, same, other = (
        policy_document_digest(policy_document(each, "production"))
        for each in (PLAIN, PLAIN, demanding("unit"))
    )

    assert one == same
    assert one != other


def test_whoever_approves_is_read_from_the_policy() -> None:
    lead = Signer("lead", OTHER, approves=True)
    policy = policy_document(believing(SIGNED, lead), "production")

    assert [(each.name, each.key) for each in approvers(policy)] == [("lead", OTHER)]


@pytest.mark.parametrize("broken", [{}, {"stages": 1, "max_age_s": 1, "signers": 1}])
def test_what_is_no_policy_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="not a policy"):
        policy_changes(broken, policy_document(PLAIN, "production"))
