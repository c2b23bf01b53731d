"""A release that is rehearsed is promoted once, at the end, if it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.rehearsals import RehearsalLimits
from tests.integration.promotions.project import Project
from tests.integration.rollouts.answered_probe import AnsweredProbe


@pytest.fixture
def project(project: Project) -> Project:
    """A project where r1 serves, and what comes after it is rehearsed."""
    project.place.probe = AnsweredProbe(project.place.clock)
    assert project.release("c1").exit_code == ExitCode.OK
    project.place.environment = replace(project.place.environment, rehearsal=RehearsalLimits())
    return project


def test_three_deployments_are_one_promotion(project: Project) -> None:
    ended = project.release("c2")

    assert ended.exit_code == ExitCode.OK, ended.failures
    assert [each.rehearsal for each in ended.records] == ["forward", "back", "again"]
    assert [each.release.name for each in project.promotions()] == ["r1", "r2"]
    assert project.release("c3").exit_code == ExitCode.OK


def test_what_fails_its_rehearsal_is_not_promoted(project: Project) -> None:
    project.place.router.failing.add("r2")

    ended = project.release("c2")

    assert ended.exit_code != ExitCode.OK
    assert [each.release.name for each in project.promotions()] == ["r1"]
