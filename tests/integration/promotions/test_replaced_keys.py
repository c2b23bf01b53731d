"""Keys come, are replaced and leak; promotions go on from where they were."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.policies import policy_document
from pytest_pipeline.domain.promotion_statements import promotion_statement
from pytest_pipeline.domain.trust import Signer
from pytest_pipeline.engine.attesting import attest
from pytest_pipeline.engine.policy_approving import PolicyDifference, approve, policy_difference
from pytest_pipeline.errors import ConfigError, EvidenceError
from tests.integration.promotions.key_in_hand import KeyInHand
from tests.integration.promotions.project import Project
from tests.integration.promotions.test_promotion_gate import refused
from tests.integration.rollouts.place import NAME

COMMAND = f"pytest-pipeline policy approve {NAME} --reason TEXT"


def difference(project: Project) -> PolicyDifference:
    newest = project.place.promotions.promotions(NAME)[-1]
    return policy_difference(project.pipeline, NAME, newest)


def approved(project: Project, key: KeyInHand | None) -> None:
    """Approve by a key, and go on with the one that there was."""
    own, project.key = project.key, key
    try:
        approve(project.tools(), difference(project), reason="a key changed", who="ops")
    finally:
        project.key = own


def released(project: Project, commit: str) -> None:
    ended = project.release(commit)
    assert ended.exit_code == ExitCode.OK, ended.failures


def test_a_key_is_replaced_by_one_that_stood_beside_it(project: Project) -> None:
    old, first = project.signed("old"), project.key
    released(project, "c1")
    second = KeyInHand()
    new = Signer("new", second.key)

    project.trusting(old, new)
    refused(project.release("c2"), "signers.new", f"{COMMAND}, by old")
    approved(project, first)
    project.key = second
    released(project, "c2")
    project.trusting(new)
    released(project, "c3")


def test_a_second_key_adopts_what_a_leaked_one_signed(project: Project) -> None:
    project.signed("leaked")
    second = KeyInHand()
    lead = Signer("lead", second.key, approves=True)
    project.trusting(*project.place.trust.signers, lead)
    released(project, "c1")

    project.trusting(lead)
    project.key = second

    refused(project.release("c2"), "which nobody trusts here", f"{COMMAND}, by lead")
    approved(project, second)
    released(project, "c2")
    assert [each.name for each in project.promotions()[-1].inputs] == ["evidence/unit", "approvals"]


def test_a_key_replaced_at_once_takes_the_word_of_both(project: Project) -> None:
    project.signed("old")
    first, second = project.key, KeyInHand()
    released(project, "c1")
    project.trusting(Signer("new", second.key))
    project.key = second

    refused(project.release("c2"), f"{COMMAND}, by old, and by new as well")
    approved(project, first)
    refused(project.release("c2"), "by old, and by new as well")
    approved(project, second)
    released(project, "c2")


def test_a_project_begins_to_sign(project: Project) -> None:
    released(project, "c1")
    project.signed("ci")

    refused(project.release("c2"), "promotion 1 is not signed", f"{COMMAND}, by ci")
    with pytest.raises(EvidenceError, match="there is no key here"):
        approved(project, None)
    approved(project, project.key)
    released(project, "c2")
    with pytest.raises(ConfigError, match="nothing to approve"):
        approved(project, project.key)


def test_an_adopted_chain_can_be_gone_back_in(project: Project) -> None:
    released(project, "c1")
    released(project, "c2")
    project.signed("ci")

    refused(project.rollback(), "promotion 2 is not signed")
    approved(project, project.key)
    back = project.rollback()

    assert back.exit_code == ExitCode.OK, back.failures


def test_who_writes_the_folder_adopts_nothing_by_a_policy_of_ones_own(project: Project) -> None:
    project.signed("ci", approves=True)
    released(project, "c1")
    mine, theirs = KeyInHand(), project.place.trust.signers
    (found,) = project.promotions()
    policy = policy_document(replace(project.pipeline, signers=(Signer("me", mine.key),)), NAME)
    forged = promotion_statement(replace(found, policy=policy), "orders")
    for path in (project.folder / "promotions" / NAME).iterdir():
        path.unlink()
    project.place.promotions.add(attest(forged, mine))

    approved(project, mine)

    assert project.place.trust.signers == theirs
    refused(project.release("c2"), "which nobody trusts here", "by me, and by ci as well")


def test_an_approval_counts_for_one_state_of_the_chain_only(project: Project) -> None:
    project.signed("ci")
    released(project, "c1")
    project.coverage = ">= 70"
    approved(project, project.key)
    released(project, "c2")
    project.coverage = ">= 80"
    released(project, "c3")
    project.coverage = ">= 70"

    refused(project.release("c4"), "weaker than that of its last promotion", COMMAND)


def test_promotions_of_another_service_are_refused(project: Project) -> None:
    project.signed("ci")
    released(project, "c1")
    (found,) = project.promotions()
    for path in (project.folder / "promotions" / NAME).iterdir():
        path.unlink()
    project.place.promotions.add(attest(promotion_statement(found, "stock"), project.key))

    refused(project.release("c2"), "promotion 1 is of service 'stock', wanted 'orders'")
    refused(project.rollback(), "promotion 1 is of service 'stock', wanted 'orders'")


def test_an_approval_for_another_service_counts_for_nothing(project: Project) -> None:
    project.signed("ci")
    released(project, "c1")
    project.coverage = ">= 70"
    stock = replace(difference(project), service="stock")
    approve(project.tools(), stock, reason="it may", who="ops")

    refused(project.release("c2"), "weaker than that of its last promotion")
