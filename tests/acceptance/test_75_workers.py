"""Issue 7, acceptance points 4 and 5: the verdict does not depend on who sends the load."""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest

from tests.acceptance.conftest import Show
from tests.acceptance.loaded_service import Way, loaded_service, ways
from tests.e2e.drills.drill import Drill
from tests.e2e.drills.pipeline_run import PipelineRun

_COLUMNS = ("load from", "path", "requests", "1/s", "p95 ms", "verdict", "exit", "s")


def run_stage(drill: Drill, way: Way, name: str, **environ: str) -> PipelineRun:
    """Run the stage with its workers; they are ended after it."""
    repository = loaded_service(drill, way, name)
    with ExitStack() as workers:
        for worker in way.workers:
            serving = drill.start_command(
                repository, "load", "worker", way.listen, "--name", worker, "--for", "120"
            )
            workers.callback(serving.wait, within_s=20)
            workers.callback(serving.interrupt)
        told = replace(drill, environ={**drill.environ, **environ})
        return told.pytest(repository, "--pipeline-stage=performance", within_s=150)


def load_of(drill: Drill, name: str) -> dict[str, Any]:
    """Return the figures of the load as the evidence's report has them."""
    (report,) = (drill.folder / name / ".pipeline").rglob("reports/*.json")
    figures: dict[str, Any] = json.loads(report.read_text())["measurements"]
    return figures


@pytest.mark.timeout(900)
def test_one_process_two_and_two_workers_come_to_the_same_verdict(drill: Drill, show: Show) -> None:
    rows, verdicts = [], {}
    for way in ways():
        for path in ("/fast", "/slow"):
            name = f"{way.name.replace(' ', '-')}{path.replace('/', '-')}"
            run = run_stage(drill, way, name, ASKED=path)
            assert run.verdicts, run
            figures = load_of(drill, name)
            verdicts[way.name, path] = run.verdicts["performance"]
            rows.append(
                (
                    way.name,
                    path,
                    f"{figures['load.requests']:.0f}",
                    f"{figures['load.requests_per_s']:.1f}",
                    f"{figures['load.p95_ms']:.1f}",
                    run.verdicts["performance"],
                    run.exit_code,
                    f"{run.duration_s:.0f}",
                )
            )

    show("The same load, and the same gate (load.p95_ms < 500)", _COLUMNS, rows)
    assert verdicts == {
        (way.name, path): verdict
        for way in ways()
        for path, verdict in (("/fast", "PASS"), ("/slow", "FAIL"))
    }
    assert drill.belongings.running() == {}


@pytest.mark.timeout(600)
def test_a_sender_that_is_killed_in_the_middle_is_an_error(drill: Drill, show: Show) -> None:
    rows, found = [], []
    for way in ways():
        name = f"killed-{way.name.replace(' ', '-')}"
        run = run_stage(drill, way, name, ASKED="/fast", WITH_VICTIM="1")
        (stage,) = run.summary["stages"]
        reasons = [
            each.partition("invalid: ")[2]
            for each in stage["problems"]
            if "was lost" in each or "record has no end" in each
        ]
        verdict = run.verdicts.get("performance", "none")
        rows.append((way.name, run.exit_code, verdict, (reasons or ["?"])[0]))
        found.append(bool(reasons) and verdict not in {"PASS", "WARN"})

    show("A process that sends is killed", ("load from", "exit", "verdict", "reason"), rows)
    assert all(found), rows
    assert drill.belongings.running() == {}
