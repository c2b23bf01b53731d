"""Acceptance point 1: the main job, twice."""

from __future__ import annotations

import pytest

from tests.acceptance.conftest import MainJob, Show
from tests.e2e.drills.pipeline_run import PipelineRun

STAGES = ["unit", "component", "integration", "e2e", "performance"]
ENVIRONMENTS = ["dev", "staging", "production"]
#: Longest duration of a run for which everything is set up, and what of it may be neither building
#: nor testing nor deploying, seconds; on a machine with two cores that does nothing else.
WALL_S = 90
ORCHESTRATION_S = 6


@pytest.mark.timeout(900)
def test_the_sample_service_goes_from_its_source_to_production_twice(
    main_job: MainJob, show: Show
) -> None:
    first, second = main_job.runs
    for number, run in enumerate(main_job.runs, start=1):
        show_run(show, number, run)
    show("Left running", ("what",), [[each] for each in main_job.left] or [["nothing"]])

    for run in main_job.runs:
        assert run.exit_code == run.summary["exit_code"] == 0, str(run)
        assert run.verdicts == dict.fromkeys(STAGES, "PASS")
        assert list(run.deployments) == ENVIRONMENTS
        assert {each["status"] for each in run.deployments.values()} == {"Succeeded"}
        assert {each["error_requests"] for each in run.deployments.values()} == {0}
        assert run.deployments["staging"]["lost_requests"] == 0
        assert run.deployments["production"]["lost_requests"] == 0
        assert run.summary["time_s"]["orchestration"] <= ORCHESTRATION_S
    assert (
        len({each["artifact"] for run in main_job.runs for each in run.deployments.values()}) == 1
    )
    assert {each["stable"] for each in first.deployments.values()} == {None}
    assert {each["stable"] for each in second.deployments.values()} == {"r1"}
    assert second.deployments["dev"]["lost_requests"] > 0
    assert second.deployments["dev"]["longest_gap_ms"] > 0
    assert not main_job.left
    assert second.summary["time_s"]["wall"] <= WALL_S


def show_run(show: Show, number: int, run: PipelineRun) -> None:
    stages = ", ".join(
        f"{each['name']} {each['verdict']} {each['tests']['passed']}"
        for each in run.summary.get("stages", [])
    )
    keys = ("requests", "lost_requests", "error_requests", "longest_gap_ms", "cutover_ms")
    show(
        f"Run {number}: exit {run.exit_code}; {stages}; seconds: {run.summary.get('time_s')}",
        ("environment", "strategy", "release", "status", "artifact", *keys, "duration_s"),
        [
            (
                name,
                each["strategy"],
                f"{each['stable']} > {each['candidate']}",
                each["status"],
                each["artifact"][:19],
                *(each[key] for key in keys),
                each["duration_s"],
            )
            for name, each in run.deployments.items()
        ],
    )
