"""A fresh clone knows its releases before its ledger does, and looking changes nothing."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_pipeline.engine.previews import preview_next
from pytest_pipeline.engine.rollback_target import choose_target, demand_promoted
from pytest_pipeline.engine.standing import standing
from tests.integration.promotions.project import Project
from tests.integration.rollouts.place import NAME


@pytest.fixture
def clone(project: Project) -> Project:
    """A fresh clone of a project with two releases."""
    project.release("c1")
    project.release("c2")
    project.lose_the_ledger()
    return project


def looking(project: Project) -> Any:  # noqa: ANN401 - a toolbox with what looking needs
    tools = project.tools()
    tools.artifacts.folder = lambda _: Path("/")  # one that is there
    return tools


def test_a_rollback_finds_the_release_before(clone: Project) -> None:
    tools = looking(clone)

    target = choose_target(tools, NAME, None)
    demand_promoted(tools, target, ())

    assert f"{target}".startswith("rollback of production: r2 > r1 ")
    assert target.promoted == "e1"
    assert choose_target(tools, NAME, "r1").release == target.release
    assert clone.place.promoted() == ""


def test_the_plan_of_a_deployment_goes_on_from_what_was_promoted(clone: Project) -> None:
    planned = preview_next(looking(clone), clone.place.environment, None)

    assert planned.stable is not None
    assert planned.stable.release == 2
    assert "r3-0" in str(planned.plan.steps)
    assert clone.place.promoted() == ""


def test_an_environment_stands_where_its_promotions_say(clone: Project) -> None:
    supervisors: Any = SimpleNamespace(state=lambda _: None)

    assert standing(looking(clone), supervisors, clone.place.environment).promoted == "r2"


def test_promotions_that_cannot_be_read_say_nothing_here(clone: Project) -> None:
    (clone.folder / "promotions" / NAME / "000001.json").write_text("broken")
    supervisors: Any = SimpleNamespace(state=lambda _: None)

    assert standing(looking(clone), supervisors, clone.place.environment).promoted is None
