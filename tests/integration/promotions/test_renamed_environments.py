"""Whoever renames an environment does not leave its policy behind unseen."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.promotion_statements import promotion_statement
from pytest_pipeline.engine.attesting import attest
from pytest_pipeline.engine.promotion_gate import Candidate, assess
from tests.integration.promotions.project import Project
from tests.integration.promotions.test_promotion_gate import refused
from tests.integration.rollouts.place import NAME

TOLD = (
    f"the first promotion to {NAME} has no policy to be compared with",
    "there are promotions to live, which is not configured any more",
    f"pytest-pipeline deploy {NAME} --force --reason TEXT, or delete promotions/live",
)


def promoted_to_live(project: Project) -> None:
    """Have a promotion to an environment that is not configured."""
    project.release("c1")
    (found,) = project.promotions()
    shutil.rmtree(project.folder / "promotions" / NAME)
    project.place.promotions.add(
        attest(promotion_statement(replace(found, environment="live"), "orders"), project.key)
    )
    project.lose_the_ledger()


def test_where_signatures_count_a_renamed_environment_is_refused(project: Project) -> None:
    project.signed()
    promoted_to_live(project)

    refused(project.release("c2"), *TOLD)


@pytest.mark.parametrize("by_command", [True, False])
def test_in_ci_it_is_refused(project: Project, *, by_command: bool) -> None:
    promoted_to_live(project)
    project.trusting(in_ci=True)
    project.at("c2")

    ended = project.deploy(by_command=by_command)

    assert ended.exit_code == ExitCode.EVIDENCE_REFUSED
    assert all(each in ended.failures[0] for each in TOLD)


def test_elsewhere_it_is_remarked(project: Project) -> None:
    promoted_to_live(project)

    found = assess(
        project.tools(), Candidate(project.pipeline, NAME, project.place.revision, artifact=None)
    )

    assert found.problems == ()
    (remark,) = found.remarks
    assert all(each in remark for each in TOLD)


def test_another_environment_goes_on_by_force_or_without_the_old_promotions(
    project: Project,
) -> None:
    project.signed()
    promoted_to_live(project)
    project.at("c2")
    project.test()

    assert project.deploy(force="live was shut down").exit_code == ExitCode.OK

    shutil.rmtree(project.folder / "promotions" / NAME)
    shutil.rmtree(project.folder / "promotions/live")
    project.lose_the_ledger()

    assert project.release("c3").exit_code == ExitCode.OK
