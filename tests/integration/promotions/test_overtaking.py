"""Nothing that is older than what serves gets into an environment by evidence of then."""

from __future__ import annotations

import pytest

from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.revisions import Revision
from tests.integration.promotions.project import Project
from tests.integration.promotions.test_promotion_gate import refused


def test_an_older_commit_does_not_overtake_a_newer_one(project: Project) -> None:
    project.at("c1")
    project.release("c2")

    refused(
        project.release("c1"),
        "older than what production serves: commit c1 comes before c2",
        "pytest-pipeline rollback production --to rN",
    )


def test_a_newer_commit_follows_and_so_does_one_beside(project: Project) -> None:
    project.release("c2")

    assert project.release("c3").exit_code == ExitCode.OK


def test_what_git_cannot_tell_refuses_a_deployment(project: Project) -> None:
    project.release("c1")
    project.at("c2")
    project.test()
    project.commits.known.clear()

    refused(project.deploy(), "cannot be told: run git fetch --unshallow")


def without_git(project: Project, content: str) -> None:
    project.place.revision = Revision(None, dirty=True, files={"app.py": content})


@pytest.mark.parametrize("by_command", [True, False])
def test_what_has_no_commit_does_not_follow_a_commit(project: Project, *, by_command: bool) -> None:
    project.release("c1")
    without_git(project, "older")
    project.test()
    project.trusting(in_ci=not by_command)

    refused(
        project.deploy(by_command=by_command),
        "older than what production serves (commit c1) cannot be told: there is no commit here",
        "pytest-pipeline deploy production --force --reason TEXT",
    )


def test_on_ones_own_machine_a_whole_run_goes_on_without_git(project: Project) -> None:
    project.release("c1")
    without_git(project, "newer")

    ended = project.deploy(by_command=False)

    assert ended.exit_code == ExitCode.OK, ended.failures


def test_what_was_promoted_without_git_meanwhile_lets_nothing_older_pass(project: Project) -> None:
    project.at("c1")
    project.release("c2")
    without_git(project, "between")
    assert project.deploy(by_command=False).exit_code == ExitCode.OK

    refused(project.release("c1"), "commit c1 comes before c2")


def test_evidence_of_an_artifact_that_was_replaced_is_not_played_again(project: Project) -> None:
    project.release("c1")
    project.release("c2")
    project.at("c3", content="c1")  # reverted: the same files, a newer commit

    refused(
        project.deploy(),
        "this artifact was promoted as r1 and replaced by r2 since",
        "its evidence (of unit) is from before that",
        "pytest-pipeline rollback production --to r1; else run the stages anew",
    )

    project.test()

    assert project.deploy().exit_code == ExitCode.OK


@pytest.mark.parametrize("in_ci", [False, True])
def test_outside_of_git_evidence_that_is_older_than_what_serves_counts_nothing(
    project: Project, *, in_ci: bool
) -> None:
    first, second = (Revision(None, dirty=True, files={"a.py": each}) for each in ("1", "2"))
    for revision in (first, second):
        project.place.revision = revision
        project.test()
        assert project.deploy().exit_code == ExitCode.OK
    project.place.revision = first
    project.trusting(in_ci=in_ci)

    refused(project.deploy(), "older than what production serves")


def test_a_run_that_tests_everything_anew_may_deploy_what_was_there_before(
    project: Project,
) -> None:
    for commit in ("c1", "c2", "c1"):
        project.at(commit)
        ended = project.deploy(by_command=False)
        assert ended.exit_code == ExitCode.OK, ended.failures

    assert [each.commit for each in project.promotions()] == ["c1", "c2", "c1"]


def test_in_ci_even_a_whole_run_of_an_older_commit_does_not(project: Project) -> None:
    project.trusting(in_ci=True)
    project.at("c1")
    project.at("c2")
    project.deploy(by_command=False)
    project.at("c1")

    refused(project.deploy(by_command=False), "commit c1 comes before c2")


def test_after_a_rollback_what_was_left_comes_back_by_evidence_of_since(project: Project) -> None:
    project.release("c1")
    project.release("c2")
    back = project.rollback()

    assert back.exit_code == ExitCode.OK, back.failures
    newest = project.promotions()[-1]
    assert (newest.way, newest.release.name, newest.commit) == ("rollback", "r1", "c1")
    refused(project.deploy(), "was promoted as r2 and replaced by r1 since")

    project.test()

    assert project.deploy().exit_code == ExitCode.OK
    assert [each.release.name for each in project.promotions()] == ["r1", "r2", "r1", "r3"]


def test_an_older_commit_is_forced_with_a_reason(project: Project) -> None:
    project.at("c1")
    project.release("c2")
    project.at("c1")
    project.test()

    ended = project.deploy(force="the newer one is worse")

    assert ended.exit_code == ExitCode.OK, ended.failures
    assert project.promotions()[-1].forced == "the newer one is worse"
