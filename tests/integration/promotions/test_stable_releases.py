"""What serves is known from the promotions, where the ledger does not know it (yet)."""

from __future__ import annotations

import pytest

from pytest_pipeline.domain.services import CommandBuild, Service
from pytest_pipeline.engine.building import Built
from pytest_pipeline.engine.execution import Execution, Interpreter
from pytest_pipeline.engine.promoting import Promoter
from pytest_pipeline.engine.stable_releases import note_stable
from tests.integration.promotions.key_in_hand import KeyInHand
from tests.integration.promotions.project import Project
from tests.integration.rollouts.place import NAME, RUN


@pytest.fixture
def clone(project: Project) -> Project:
    """A fresh clone of a project with two releases."""
    project.release("c1")
    project.release("c2")
    project.lose_the_ledger()
    return project


def begun(project: Project) -> Execution:
    tools = project.tools()
    clock = tools.clock
    return Execution("e9", "stage", tools, clock.now(), clock.utc(), Interpreter("3", {}))


def served(execution: Execution) -> list[str]:
    return [each.name for each in execution.promoted_before.values()]


def test_in_a_fresh_clone_the_promotions_say_it(clone: Project) -> None:
    execution = begun(clone)

    note_stable(execution, NAME)

    assert served(execution) == ["r2"]
    assert not execution.unpromoted
    assert clone.place.promoted() == "", "looking changes nothing"


def test_who_holds_the_environment_has_the_ledger_know_it(clone: Project) -> None:
    execution = begun(clone)
    service = Service("orders", CommandBuild(("build",)), RUN)
    promoter = Promoter(execution, Built(service, "sha256:c3", {}), keep=True)

    promoter.open(clone.place.environment)
    promoter.close()

    assert served(execution) == ["r2"]
    assert clone.place.promoted() == "r2"
    known = clone.place.ledger.register_release(NAME, artifact="sha256:c3", configuration={})
    assert known.number == 3, "and a kept stage's release gets a number that nobody has"


def test_without_promotions_it_is_a_first_release(project: Project) -> None:
    execution = begun(project)

    note_stable(execution, NAME)
    note_stable(execution, None)

    assert execution.unpromoted == {NAME}
    assert not execution.remarks


def test_promotions_that_are_no_chain_say_nothing(clone: Project) -> None:
    (clone.folder / "promotions" / NAME / "000001.json").unlink()
    execution = begun(clone)

    note_stable(execution, NAME, adopt=True)

    assert not execution.unpromoted
    assert not execution.promoted_before
    assert "promotion 1 is missing" in execution.remarks[0]
    assert clone.place.promoted() == ""


def test_promotions_that_cannot_be_read_say_nothing(clone: Project) -> None:
    (clone.folder / "promotions" / NAME / "000001.json").write_text("broken")
    execution = begun(clone)

    note_stable(execution, NAME)

    assert not execution.unpromoted
    assert "000001.json" in execution.remarks[0]


def test_a_ledger_that_contradicts_the_promotions_says_nothing(clone: Project) -> None:
    ledger = clone.place.ledger
    ledger.register_release(NAME, artifact="sha256:other", configuration={})
    ledger.mark_promoted(NAME, 1)
    execution = begun(clone)

    note_stable(execution, NAME)

    assert not execution.promoted_before
    assert not execution.unpromoted
    assert "the ledger says" in execution.remarks[0]


@pytest.mark.parametrize(
    ("in_ci", "keyed", "known"),
    [
        pytest.param(False, False, ["r2"], id="one's-own-machine-without-a-key"),
        pytest.param(True, False, [], id="in-CI"),
        pytest.param(False, True, [], id="with-a-key"),
    ],
)
def test_where_signers_are_trusted_unsigned_promotions_count_on_ones_own_machine_alone(
    clone: Project, *, in_ci: bool, keyed: bool, known: list[str]
) -> None:
    signer = clone.signed()
    clone.trusting(signer, in_ci=in_ci)
    clone.key = KeyInHand() if keyed else None
    execution = begun(clone)

    note_stable(execution, NAME)

    assert served(execution) == known
    assert not execution.unpromoted
