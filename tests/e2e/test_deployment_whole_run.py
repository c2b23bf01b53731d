"""A whole run of a small service, from its source tree to production."""

from __future__ import annotations

from tests.e2e.drills.drill import Drill
from tests.e2e.drills.repository import Repository


def test_a_release_goes_all_the_way(drill: Drill, tiny: Repository) -> None:
    run = drill.pytest(tiny, "--pipeline")

    assert run.exit_code == 0, str(run)
    assert run.verdicts == {"unit": "PASS", "integration": "PASS", "e2e": "PASS"}
    assert list(run.deployments) == ["dev", "staging", "production"]
    assert {each["status"] for each in run.deployments.values()} == {"Succeeded"}
    assert {each["artifact"] for each in run.deployments.values()} == {run.summary["artifact"]}
    assert {each["stable"] for each in run.deployments.values()} == {None}
    assert run.summary["released"]["environment"] == "production"
    assert not drill.belongings.running()


def test_the_next_release_goes_over_the_first_without_losing_a_request(
    drill: Drill, released: Repository
) -> None:
    run = drill.pytest(released, "--pipeline")

    assert run.exit_code == 0, str(run)
    for each in run.deployments.values():
        assert (each["stable"], each["candidate"]) == ("r1", "r2")
        assert each["requests"] > 20
        assert each["error_requests"] == 0
    assert run.deployments["staging"]["lost_requests"] == 0
    assert run.deployments["production"]["lost_requests"] == 0
    assert run.deployments["production"]["cutover_ms"] is not None
    assert not drill.belongings.running()


def test_in_place_reports_its_real_gap(drill: Drill, released: Repository) -> None:
    run = drill.pytest(released, "--pipeline-through=dev", "--pipeline")
    deployed = run.deployments["dev"]

    assert run.exit_code == 0, str(run)
    assert deployed["lost_requests"] > 0
    assert deployed["longest_gap_ms"] > 100
