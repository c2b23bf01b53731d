"""Which release load is compared with, and what speaks against it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_pipeline.domain.handoffs import Beside
from pytest_pipeline.domain.releases import Release
from pytest_pipeline.domain.verdicts import Verdict
from pytest_pipeline.engine.compared_releases import Chosen, choose_compared
from tests.integration.beside.tested_place import STAGE, TestedPlace
from tests.integration.rollouts.place import NAME, RUN


def chosen(
    tested: TestedPlace, candidate: Release, before: Release | None = None
) -> Chosen | Beside:
    """Return what is chosen for a candidate."""
    return choose_compared(tested.execution(before=before), STAGE, NAME, candidate)


def named(tested: TestedPlace, candidate: Release, before: Release) -> str:
    """Return the name of the release that is chosen for a candidate."""
    found = chosen(tested, candidate, before)
    assert isinstance(found, Chosen), found
    return found.release.name


def refused(tested: TestedPlace, candidate: Release, before: Release | None = None) -> Beside:
    """Return why nothing is chosen for a candidate."""
    found = chosen(tested, candidate, before)
    assert isinstance(found, Beside), found
    return found


def test_the_first_release_has_nothing_beside(tested: TestedPlace) -> None:
    beside = refused(tested, tested.release(2))

    assert beside.first_release
    assert beside.missing == "nothing was promoted to production yet, nothing to compare with"


def test_it_is_what_was_promoted_last_before_this_execution(tested: TestedPlace) -> None:
    candidate = tested.promote("three")

    assert named(tested, candidate, tested.release(2)) == "r2"


def test_what_was_promoted_since_this_execution_began_is_no_measure(tested: TestedPlace) -> None:
    candidate = tested.promote("three")

    assert named(tested, candidate, tested.release(1)) == "r1"


def test_the_release_under_test_is_not_compared_with_itself(tested: TestedPlace) -> None:
    again = tested.promote("two")

    assert again.number == 3
    assert named(tested, again, tested.release(2)) == "r1"


def test_where_nothing_else_was_promoted_there_is_nothing_to_compare_with() -> None:
    tested = TestedPlace()
    tested.promote("one")
    again = tested.promote("one")

    beside = refused(tested, again, tested.release(1))

    assert beside.first_release
    assert "nothing but this very release" in beside.missing


def test_a_release_that_the_stage_refused_is_no_measure(tested: TestedPlace) -> None:
    candidate = tested.promote("three")
    tested.refuse(tested.release(2))

    found = chosen(tested, candidate, tested.release(2))

    assert found == Chosen(
        tested.release(1),
        "r2 was promoted after r1 and passed over: stage performance said FAIL of it",
    )


def test_what_was_passed_over_is_said_where_nothing_can_serve(tested: TestedPlace) -> None:
    candidate = tested.promote("three")
    tested.refuse(tested.release(2))
    tested.deleted.add(tested.release(1).artifact)

    beside = refused(tested, candidate, tested.release(2))

    assert beside.missing.endswith("passed over: stage performance said FAIL of it")


@pytest.mark.parametrize("verdict", [Verdict.INCONCLUSIVE, Verdict.ERROR])
def test_a_run_of_it_that_found_nothing_out_says_nothing(
    tested: TestedPlace, verdict: Verdict
) -> None:
    candidate = tested.promote("three")
    stable = tested.release(2)
    tested.verdicts.kept.append((stable.artifact, verdict, "2026-01-02"))

    assert chosen(tested, candidate, stable) == Chosen(stable)


@pytest.mark.parametrize("verdict", [Verdict.INCONCLUSIVE, Verdict.ERROR])
def test_nor_does_it_take_back_that_the_release_was_refused(
    tested: TestedPlace, verdict: Verdict
) -> None:
    candidate = tested.promote("three")
    stable = tested.release(2)
    tested.refuse(stable, at="2026-01-01")
    tested.verdicts.kept.append((stable.artifact, verdict, "2026-01-02"))

    assert named(tested, candidate, stable) == "r1"


def test_what_passed_later_counts(tested: TestedPlace) -> None:
    candidate = tested.promote("three")
    stable = tested.release(2)
    tested.refuse(stable, at="2026-01-01")
    tested.verdicts.kept.append((stable.artifact, Verdict.PASS, "2026-01-02"))

    assert named(tested, candidate, stable) == "r2"


def test_where_every_release_was_refused_the_last_one_is_taken(tested: TestedPlace) -> None:
    candidate = tested.promote("three")
    tested.refuse(tested.release(1))
    tested.refuse(tested.release(2))

    assert named(tested, candidate, tested.release(2)) == "r2"


def test_one_whose_artifact_was_deleted_cannot_serve_beside(tested: TestedPlace) -> None:
    tested.deleted.add(tested.release(1).artifact)

    beside = refused(tested, tested.release(2), tested.release(1))

    assert not beside.first_release
    assert beside.release == "r1"
    assert beside.missing == (
        "r1 (stable) was not launched beside: its artifact was deleted, there is no "
        "/nowhere/artifacts; hand it over from where it is kept"
    )


def test_one_from_before_an_irreversible_migration_cannot_serve_beside(
    tested: TestedPlace,
) -> None:
    tested.place.run = replace(RUN, irreversible=True)
    candidate = tested.promote("three")

    beside = refused(tested, candidate, tested.release(2))

    assert "the migration of r3 cannot be undone (run.irreversible)" in beside.missing


def test_what_was_served_before_may_not_be_known(tested: TestedPlace) -> None:
    execution = tested.execution()
    execution.unpromoted.clear()

    beside = choose_compared(execution, STAGE, NAME, tested.release(2))

    assert beside == Beside(missing="it is not known what production served")
