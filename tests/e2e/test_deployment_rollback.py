"""Releases that fail on the way: stable serves throughout, and the exit code says what happened."""

from __future__ import annotations

import pytest

from tests.e2e.drills.drill import Drill
from tests.e2e.drills.faults import give_variables
from tests.e2e.drills.pipeline_run import PipelineRun
from tests.e2e.drills.repository import Repository


def assert_taken_back(run: PipelineRun, environment: str) -> None:
    record = run.deployments[environment]

    assert run.exit_code == 23, str(run)
    assert record["status"] == "Failed"
    assert record["rolled_back"]
    assert record["serving"] == "r1 (100 %)"
    assert record["rollback_ms"] is not None
    assert record["detection_ms"] is not None
    assert "now serving: r1 (100 %)" in run.output
    assert run.summary["released"] is None


def test_a_release_with_errors_only_in_production_is_taken_back_by_the_alarm(
    drill: Drill, released: Repository
) -> None:
    give_variables(released, "production", FAULT_STATUS="500")

    run = drill.pytest(released, "--pipeline")
    record = run.deployments["production"]

    assert_taken_back(run, "production")
    assert set(run.verdicts.values()) == {"PASS"}
    assert record["lost_requests"] == 0
    assert record["error_requests"] > 0
    assert "alarm: error_ratio 1, wanted <= 0.05" in record["failure"]
    assert "r1 (sha256:" in drill.command(released, "status").output
    assert "alarm: error_ratio" in drill.command(released, "history").output
    assert not drill.belongings.running()


def test_a_candidate_that_never_gets_ready_is_taken_back_with_its_log(
    drill: Drill, released: Repository
) -> None:
    released.replace("pipeline.toml", "deploy_timeout_s = 10", "deploy_timeout_s = 1")
    give_variables(released, "staging", FAULT_NEVER_READY="1")

    run = drill.pytest(released, "--pipeline")
    record = run.deployments["staging"]

    assert_taken_back(run, "staging")
    assert "r2-0 was not ready within 1 s: /ready answered 503" in record["failure"]
    assert "listening on" in run.output
    assert record["lost_requests"] == record["error_requests"] == 0
    assert "production" not in run.deployments
    assert not drill.belongings.running()


def test_a_candidate_that_crashes_while_it_gets_traffic_is_taken_back_with_its_log(
    drill: Drill, released: Repository
) -> None:
    give_variables(released, "staging", FAULT_CRASH_AFTER="5")

    run = drill.pytest(released, "--pipeline")
    record = run.deployments["staging"]

    assert_taken_back(run, "staging")
    assert "ended while it served" in record["failure"]
    assert "crashing as I was told" in run.output
    assert not drill.belongings.running()


@pytest.mark.parametrize("environment", ["dev", "staging"])
def test_a_candidate_that_dies_at_its_start_is_taken_back_with_its_log(
    drill: Drill, released: Repository, environment: str
) -> None:
    give_variables(released, environment, FAULT_CRASH_AT_START="1")

    run = drill.pytest(released, "--pipeline", f"--pipeline-through={environment}")

    assert_taken_back(run, environment)
    assert "ended before it was ready" in run.deployments[environment]["failure"]
    assert "crashing at the start as I was told" in run.output
    assert not drill.belongings.running()


def test_a_failing_migration_stops_the_release_before_it_starts(
    drill: Drill, released: Repository
) -> None:
    released.replace(
        "pipeline.toml",
        'ready = "/ready"',
        'ready = "/ready"\nmigrate = ["sh", "-c", "echo no such table; exit 3"]',
    )

    run = drill.pytest(released, "--pipeline")

    assert_taken_back(run, "dev")
    assert "migration of r2 (dev) ended with exit code 3" in run.deployments["dev"]["failure"]
    assert "no such table" in run.output
    assert run.deployments["dev"]["lost_requests"] == 0


def test_a_first_release_that_fails_leaves_nothing_serving(drill: Drill, tiny: Repository) -> None:
    give_variables(tiny, "dev", FAULT_CRASH_AT_START="1")

    run = drill.pytest(tiny, "--pipeline")

    assert run.exit_code == 23, str(run)
    assert run.deployments["dev"]["serving"] == "nothing"
    assert run.deployments["dev"]["stable"] is None
    assert "nothing yet" in drill.command(tiny, "status").output
    assert not drill.belongings.running()


def test_the_release_after_a_failed_one_goes_over_the_one_that_serves(
    drill: Drill, released: Repository
) -> None:
    before = (released.root / "pipeline.toml").read_text(encoding="utf-8")
    give_variables(released, "dev", FAULT_CRASH_AT_START="1")
    failed = drill.pytest(released, "--pipeline", "--pipeline-through=dev")
    released.write("pipeline.toml", before)

    run = drill.pytest(released, "--pipeline", "--pipeline-through=dev")

    assert failed.exit_code == 23, str(failed)
    assert run.exit_code == 0, str(run)
    assert (run.deployments["dev"]["stable"], run.deployments["dev"]["candidate"]) == ("r1", "r3")
