"""Every strategy on the sample service, four replicas under 200 requests a second."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from pytest_pipeline.domain.strategies import STRATEGIES
from tests.acceptance.conftest import MainJob, Show
from tests.e2e.drills.drill import Drill
from tests.e2e.drills.journals import begins_step
from tests.e2e.drills.pipeline_run import PipelineRun
from tests.e2e.drills.repository import Repository

REPLICAS, RATE = 4, 200
ROLLBACK_MS = 1000
_PRODUCTION = """[tool.pytest_pipeline.environments.production]
replicas = 2
"""
_OPTIONS = """[tool.pytest_pipeline.environments.production.options]
bake_s = 5
"""
_PROBE = """[tool.pytest_pipeline.environments.production.probe]
path = "/orders?limit=1"
rate = 50
"""
COLUMNS = (
    *("strategy", "exit", "status", "requests", "lost", "errors", "longest gap", "cut-over"),
    *("took", "serves"),
)


@pytest.fixture
def serving(drill: Drill, main_job: MainJob, released: Repository) -> Iterator[Repository]:
    """The sample service, kept in production with four replicas."""
    assert not main_job.left
    released.replace(
        "pyproject.toml", _PRODUCTION, _PRODUCTION.replace("replicas = 2", f"replicas = {REPLICAS}")
    )
    released.replace("pyproject.toml", _PROBE, _PROBE.replace("rate = 50", f"rate = {RATE}"))
    released.replace("pyproject.toml", _OPTIONS, _OPTIONS + "scale_down_delay_s = 120\n")
    tested = drill.pytest(released, "--pipeline", "--pipeline-through=performance", within_s=280)
    assert tested.exit_code == 0, str(tested)
    first = drill.command(released, "deploy", "production", "--strategy=immutable", within_s=280)
    assert first.exit_code == 0, str(first)
    yield released
    drill.command(released, "down")


def deployed(drill: Drill, service: Repository) -> dict[str, Any]:
    shown = drill.command(service, "show", "--json")
    record: dict[str, Any] = json.loads(shown.output)["deployments"][0]
    return record


def row(run: PipelineRun, record: dict[str, Any]) -> tuple[object, ...]:
    gap, cutover = record["longest_gap_ms"], record["cutover_ms"]
    return (
        *(record["strategy"], run.exit_code, record["status"], record["requests"]),
        *(record["lost_requests"], record["error_requests"]),
        f"{gap:.0f} ms" if gap is not None else "-",
        f"{cutover:.0f} ms" if cutover is not None else "-",
        f"{record['duration_s']:.1f} s",
        record["serving"],
    )


@pytest.mark.timeout(1800)
def test_every_strategy_but_in_place_loses_no_request_and_blue_green_goes_back_at_once(
    drill: Drill, serving: Repository, show: Show
) -> None:
    records, rows = {}, []
    for strategy in STRATEGIES:
        if strategy == "blue-green":  # with the delay of the configuration: below
            continue
        run = drill.command(serving, "deploy", "production", f"--strategy={strategy}", within_s=280)
        records[strategy] = record = deployed(drill, serving)
        rows.append(row(run, record))
    running = drill.start_command(serving, "deploy", "production")
    begins_step(running, serving, "production", "DelayScaleDown", within_s=120)
    aborted = drill.command(serving, "abort", "production", within_s=120)
    run = running.wait(within_s=60)
    back = deployed(drill, serving)
    rows.append(row(run, back))
    show(f"{REPLICAS} replicas, {RATE} requests/s", COLUMNS, rows)
    show(
        "blue-green, aborted while the old set was still up",
        ("rollback", "lost", "trigger"),
        [(f"{back['rollback_ms']:.0f} ms", back["lost_requests"], back["trigger"])],
    )

    assert {name: each["status"] for name, each in records.items()} == dict.fromkeys(
        records, "Succeeded"
    )
    assert {name for name, each in records.items() if each["lost_requests"]} <= {"in-place"}
    assert all(each["requests"] > RATE for each in records.values())
    assert aborted.exit_code == 0, str(aborted)
    assert run.exit_code == 23, str(run)
    assert back["lost_requests"] == 0
    assert back["rollback_ms"] <= ROLLBACK_MS
