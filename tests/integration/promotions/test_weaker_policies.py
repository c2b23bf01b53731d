"""A policy that demands less than that of the last promotion blocks, until it is approved."""

from __future__ import annotations

import pytest

from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.policies import policy_document_digest
from pytest_pipeline.domain.policy_approvals import Approval, approval_statement
from pytest_pipeline.domain.trust import Signer
from pytest_pipeline.engine.attesting import attest
from pytest_pipeline.engine.policy_approving import PolicyDifference, approve, policy_difference
from pytest_pipeline.errors import ConfigError, EvidenceError
from tests.integration.promotions.key_in_hand import KeyInHand
from tests.integration.promotions.project import Project
from tests.integration.promotions.test_promotion_gate import refused
from tests.integration.rollouts.place import NAME

TABLE = """
    what                                last promoted  now
    stages.unit.coverage.lines_percent  >= 80          >= 70  weaker"""


def difference(project: Project) -> PolicyDifference:
    return policy_difference(project.pipeline, NAME, project.place.promotions.promotions(NAME)[-1])


def approved(project: Project) -> None:
    approve(project.tools(), difference(project), reason="legacy code came", who="ops")


def loosened(project: Project, coverage: str = ">= 70") -> Project:
    """Release once, and demand less from then on."""
    assert project.release("c1").exit_code == ExitCode.OK
    project.coverage = coverage
    return project


def test_a_weaker_policy_is_refused_with_the_difference(project: Project) -> None:
    ended = loosened(project).release("c2")

    refused(ended, "weaker than that of its last promotion", "pytest-pipeline policy approve")
    assert TABLE in ended.failures[0]


def test_a_stronger_policy_and_the_same_one_pass(project: Project) -> None:
    assert loosened(project, ">= 90").release("c2").exit_code == ExitCode.OK
    assert project.release("c3").exit_code == ExitCode.OK


def test_an_approval_lets_exactly_this_difference_pass(project: Project) -> None:
    loosened(project)
    approved(project)
    project.coverage = ">= 60"

    refused(project.release("c2"), ">= 60")

    project.coverage = ">= 70"
    ended = project.release("c3")

    assert ended.exit_code == ExitCode.OK, ended.failures
    assert [each.name for each in project.promotions()[-1].inputs] == ["evidence/unit", "approvals"]
    assert difference(project).changes == ()


def test_a_run_on_ones_own_machine_only_remarks_it(project: Project) -> None:
    loosened(project).at("c2")

    ended = project.deploy(by_command=False)

    assert ended.exit_code == ExitCode.OK, ended.failures
    assert len(project.promotions()) == 2


def test_a_run_in_ci_refuses_it(project: Project) -> None:
    loosened(project).at("c2")
    project.trusting(in_ci=True)

    refused(project.deploy(by_command=False), "weaker than that of its last promotion")


def test_an_unsigned_approval_counts_nothing_in_ci(project: Project) -> None:
    loosened(project)
    approved(project)
    project.trusting(in_ci=True)

    refused(project.release("c2"), "weaker than that of its last promotion")


def test_whoever_the_last_policy_lets_approve_signs_the_approval(project: Project) -> None:
    project.signed("lead", approves=True)
    loosened(project)
    approved(project)

    assert project.release("c2").exit_code == ExitCode.OK


def test_nobody_approves_by_a_policy_of_ones_own(project: Project) -> None:
    ci = project.signed("ci")
    key = project.key
    loosened(project)
    project.key = KeyInHand()
    project.trusting(ci, Signer("me", project.key.key, approves=True))

    with pytest.raises(EvidenceError, match="lets approve: ci; the key here is none"):
        approved(project)

    project.key = key
    refused(project.release("c2"), "by ci", "signers.me", "believed")


def test_where_nobody_may_approve_no_approval_is_advised(project: Project) -> None:
    project.signed(environments=("dev",))
    project.key = None
    project.at("c1")
    assert project.deploy(by_command=False).exit_code == ExitCode.OK
    project.coverage = ">= 70"

    ended = project.release("c2")

    refused(ended, "demand as much again, for nobody may approve it; or overrule it: pytest-pip")
    assert "policy approve production --reason TEXT, by nobody\n    what" not in ended.failures[0]


def test_an_approval_signed_by_somebody_else_counts_nothing(project: Project) -> None:
    lead = project.signed("lead", approves=True)
    loosened(project)
    found = difference(project)
    digests = (policy_document_digest(found.old), policy_document_digest(found.new))
    approval = Approval(NAME, *digests, "please", "lead", "2026-01-01T00:00:00.000Z")
    project.place.promotions.approve(NAME, attest(approval_statement(approval), KeyInHand()))

    refused(project.release("c2"), f"by {lead.name}")


def test_what_is_not_weaker_wants_no_approval(project: Project) -> None:
    loosened(project, ">= 90")

    with pytest.raises(ConfigError, match="nothing to approve"):
        approved(project)


def test_signers_that_come_for_the_first_time_are_no_weaker_policy(project: Project) -> None:
    project.release("c1")
    project.signed()

    assert difference(project).weaker == ()


def test_an_unsigned_run_of_a_project_that_trusts_signers_only_remarks_it(
    project: Project,
) -> None:
    project.signed()
    project.key = None
    for coverage in (">= 80", ">= 70"):
        project.coverage = coverage
        ended = project.deploy(by_command=False)
        assert ended.exit_code == ExitCode.OK, ended.failures

    project.trusting(*project.place.trust.signers, in_ci=True)

    refused(project.deploy(by_command=False), "promotion 2 is not signed")


def test_nobody_gets_a_weaker_policy_into_force_by_going_back(project: Project) -> None:
    for commit in ("c1", "c2"):
        assert project.release(commit).exit_code == ExitCode.OK
    project.coverage = ">= 70"

    back = project.rollback()

    assert back.exit_code == ExitCode.OK, back.failures
    refused(project.release("c4"), "weaker than that of its last promotion")
