"""Stable is launched beside the release under test, and nothing of it is left."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_pipeline.domain.gates import BASIC_OBJECTIVES, Gate
from pytest_pipeline.engine.baselines import TO_COMPARE
from pytest_pipeline.engine.beside import end_beside, launch_beside
from pytest_pipeline.engine.router_counting import read_router
from tests.integration.beside.tested_place import GATE, STAGE, TestedPlace
from tests.integration.rollouts.place import RUN

CANDIDATE_ALONE = ["r2-0", "r2-1"]


def test_it_serves_at_the_preview_address_with_as_many_instances(tested: TestedPlace) -> None:
    with tested.as_tested(before=tested.release(1)) as (execution, site):
        beside = launch_beside(execution, STAGE, site)

    assert beside is not None
    assert (beside.release, beside.url) == ("r1", site.router.preview_url)
    assert beside.artifact == tested.release(1).artifact
    assert beside.serves
    assert not beside.missing
    assert tested.place.running() == ["r1-0", "r1-1", *CANDIDATE_ALONE]
    assert tested.place.router.table.preview == "r1"
    assert tested.place.serving() == {"r2": 100}


def test_what_was_passed_over_for_it_is_told_to_gate_and_people(
    tested: TestedPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    candidate = tested.promote("three")
    tested.refuse(tested.release(2))
    with tested.as_tested(before=tested.release(2)) as (execution, site):
        monkeypatch.setattr(site.tools.progress, "line", told.append)
        beside = launch_beside(execution, STAGE, site)

    said = "r2 was promoted after r1 and passed over: stage performance said FAIL of it"
    assert candidate.number == 3
    assert beside is not None
    assert (beside.release, beside.passed_over) == ("r1", said)
    assert told[-1] == f"{site.environment.name}: {said}"


def test_its_end_leaves_the_candidate_alone(tested: TestedPlace) -> None:
    with tested.as_tested(before=tested.release(1)) as (execution, site):
        launch_beside(execution, STAGE, site)
        end_beside(site)

    table = tested.place.router.table
    assert tested.place.running() == CANDIDATE_ALONE
    assert [each.name for each in table.pools] == ["r2"]
    assert (table.preview, tested.place.serving()) == ("", {"r2": 100})
    assert site.beside is None


def test_requests_in_flight_there_are_waited_for(tested: TestedPlace) -> None:
    with tested.as_tested(before=tested.release(1)) as (execution, site):
        launch_beside(execution, STAGE, site)
        tested.place.router.set_active_requests("r1-1", 1)
        began_s = tested.place.clock.now()
        end_beside(site)

    assert tested.place.clock.now() - began_s >= RUN.drain_timeout_s
    assert tested.place.running() == CANDIDATE_ALONE


def test_what_it_answers_is_not_counted_as_the_stages(tested: TestedPlace) -> None:
    with tested.as_tested(before=tested.release(1)) as (execution, site):
        launch_beside(execution, STAGE, site)
        reading = read_router(site)

    assert reading is not None
    assert list(reading.pools) == ["r2"]


@pytest.mark.parametrize(
    "gate",
    [Gate(GATE.objectives), replace(GATE, objectives=BASIC_OBJECTIVES)],
    ids=["no settings", "nothing that compares"],
)
def test_a_gate_that_compares_nothing_side_by_side_launches_nothing(
    tested: TestedPlace, gate: Gate
) -> None:
    with tested.as_tested(before=tested.release(1)) as (execution, site):
        beside = launch_beside(execution, replace(STAGE, gate=gate), site)

    assert beside is None
    assert tested.place.running() == CANDIDATE_ALONE


def test_a_run_that_measures_a_baseline_compares_nothing(tested: TestedPlace) -> None:
    execution = tested.execution(before=tested.release(1), kind=TO_COMPARE)

    assert launch_beside(execution, STAGE, tested.site(execution)) is None


def test_one_that_is_never_ready_is_ended_with_the_reason(tested: TestedPlace) -> None:
    tested.place.health.never_ready(1)
    with tested.as_tested(before=tested.release(1)) as (execution, site):
        beside = launch_beside(execution, STAGE, site)

    assert beside is not None
    assert not beside.serves
    assert beside.missing.startswith("r1 (stable) was not launched beside: r1-0 was not ready")
    assert tested.place.running() == CANDIDATE_ALONE
    assert site.failures == 0


def test_one_that_cannot_be_started_is_ended_with_the_reason(tested: TestedPlace) -> None:
    tested.place.target.fail_launch("r1-1")
    with tested.as_tested(before=tested.release(1)) as (execution, site):
        beside = launch_beside(execution, STAGE, site)

    assert beside is not None
    assert "cannot start r1-1" in beside.missing
    assert tested.place.running() == CANDIDATE_ALONE


def test_ctrl_c_while_it_starts_leaves_nothing_of_it(
    tested: TestedPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    tested.place.health.never_ready(1)
    with tested.as_tested(before=tested.release(1)) as (execution, site):
        monkeypatch.setattr(tested.place.clock, "sleep", interrupt)
        with pytest.raises(KeyboardInterrupt):
            launch_beside(execution, STAGE, site)

    assert tested.place.running() == CANDIDATE_ALONE


def test_a_dead_router_does_not_keep_it_running(tested: TestedPlace) -> None:
    with tested.as_tested(before=tested.release(1)) as (execution, site):
        launch_beside(execution, STAGE, site)
        tested.place.router.kill()
        end_beside(site)

    assert tested.place.running() == CANDIDATE_ALONE


def test_a_release_may_be_compared_with_itself(tested: TestedPlace) -> None:
    with tested.as_tested(before=tested.release(1)) as (execution, site):
        beside = launch_beside(execution, STAGE, site, itself=True)

    assert beside is not None
    assert (beside.release, beside.artifact) == ("r3", tested.release(2).artifact)
    assert beside.exhaustive
    assert tested.place.running() == [*CANDIDATE_ALONE, "r3-0", "r3-1"]


def test_a_kept_environment_whose_controller_died_meanwhile_is_put_in_order(
    tested: TestedPlace,
) -> None:
    with tested.as_tested(before=tested.release(1)) as (execution, site):
        launch_beside(execution, STAGE, site)
    for each in tested.place.target.running:
        if each.release == 1:
            tested.place.target.die(each)  # as its guard sees to

    with tested.as_tested(before=tested.release(1)) as (_, site):
        pass

    table = tested.place.router.table
    assert sorted(site.fleet) == CANDIDATE_ALONE
    assert ([each.name for each in table.pools], table.preview) == (["r2"], "")


def test_a_stage_without_an_environment_has_nowhere_to_launch_it(tested: TestedPlace) -> None:
    execution = tested.execution(before=tested.release(1))

    beside = launch_beside(execution, STAGE, None)

    assert beside is not None
    assert "set environment in [stages.performance]" in beside.missing
