"""What the command line says of outcomes: `status`, `history`, and the end of a command."""

from __future__ import annotations

import argparse
import io
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from pytest_pipeline import wiring
from pytest_pipeline.adapters.console.summary import render_summary
from pytest_pipeline.cli import deploy, mend
from pytest_pipeline.cli.history import outcome_of
from pytest_pipeline.cli.status import _screen
from pytest_pipeline.domain.deployments import DeploymentRecord, DeploymentStatus
from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.engine.ledger import ExecutionRecord
from pytest_pipeline.engine.planning import PlannedDeployment
from pytest_pipeline.engine.previews import preview_plan
from pytest_pipeline.engine.standing import DeploymentStanding, Serving, Standing
from pytest_pipeline.engine.supervising import BUSY
from pytest_pipeline.errors import ConcurrencyError

if TYPE_CHECKING:
    from collections.abc import Iterator

RECORD = DeploymentRecord(
    "e1-staging", "staging", "rolling", DeploymentStatus.SUCCEEDED, "r1", "r2", "sha256:0",
    1, 0, 0, None, None, None, None, 1.0, phase="succeeded",
)  # fmt: skip
SERVING = Serving("http://127.0.0.1:9", router_answers=True, running=2, shares={"r2": 100},
                  broken=(), supervisor=None)  # fmt: skip
AT_REST = Standing("staging", 2, "r2", "sha256:0", SERVING, None)
FROZEN = DeploymentStanding(
    "e1-staging", "r1", "r2", "rolling", "frozen", 3, 5, "r2 (rolling): frozen", None,
    failure="bake: alarm", ways_on="resume or abort --force",
)  # fmt: skip


def printed(what: Any) -> str:  # noqa: ANN401 - whatever can be printed
    console = Console(file=io.StringIO(), width=200)
    if isinstance(what, dict):
        render_summary(what, console)
    else:
        console.print(what)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def summary(*failures: str, released: object = None, **deployment: object) -> dict[str, Any]:
    known = {
        **dict.fromkeys(("longest_gap_ms", "cutover_ms", "detection_ms", "rollback_ms")),
        "environment": "staging", "strategy": "rolling", "stable": "r1", "candidate": "r2",
        "requests": 1, "lost_requests": 0, "error_requests": 0, "duration_s": 1.0,
        "serving": "r1 (100 %)",
    }  # fmt: skip
    activities = ("wall", "build", "tests", "load", "deploy", "orchestration")
    return {
        "stages": [], "deployments": [{**known, **deployment}], "released": released,
        "failures": failures, "kept": {}, "time_s": dict.fromkeys(activities, 0.0),
    }  # fmt: skip


def test_at_rest_the_release_that_serves_is_named() -> None:
    assert "r2 at http://127.0.0.1:9 (2 of 2 instances" in printed(_screen([AT_REST]))


def test_instances_of_two_releases_are_not_set_against_the_wanted_number() -> None:
    serving = replace(SERVING, running=4, shares={"r1": 50, "r2": 50})
    shown = printed(_screen([replace(AT_REST, serving=serving, deployment=FROZEN)]))

    assert "(4 instances, router answers)" in shown
    assert "r1 50 %, r2 50 %" in shown


def test_one_that_is_stuck_is_shown_with_its_failure_and_the_ways_on() -> None:
    shown = printed(_screen([replace(AT_REST, deployment=FROZEN)]))

    assert "staging: failed: bake: alarm" in shown
    assert "staging: ways on: resume or abort --force" in shown


def test_an_execution_that_was_killed_is_told_by_the_deployments_of_the_ledger() -> None:
    killed = ExecutionRecord("e1", "deploy", "", None, None, {})
    other = replace(RECORD, id="e12-staging", candidate="r3")

    assert outcome_of(killed, (other, RECORD)) == "r2 to staging: succeeded"
    assert outcome_of(killed, (other,)) == "nothing was run"
    assert outcome_of(replace(killed, exit_code=0), (RECORD,)) == "nothing was run"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (summary("gate", status="Failed", phase="rolled back"), "not released: gate"),
        (summary("it is", status="Failed", phase="frozen"), "Failed, frozen"),
        (summary("by request", status="Stopped", phase="rolled back"), "stopped: by request"),
        (
            summary(status="Stopped", phase="rolled back"),
            "taken back r2 from staging, now serving: r1 (100 %)",
        ),
        (summary("too late", status="Succeeded", phase="succeeded"), "failed: too late"),
        (
            summary("lag", status="Succeeded", phase="succeeded", invalid="lag"),
            "not measured: lag",
        ),
    ],
)
def test_the_last_lines_say_what_came_of_it(said: dict[str, Any], told: str) -> None:
    assert told in printed(said)
    assert ("not released" in printed(said)) == (said["deployments"][0]["status"] == "Failed")


def test_a_join_releases_nothing_and_does_not_say_so() -> None:
    said = printed({**summary("shard 2/2 is missing"), "deployments": [], "kind": "join"})

    assert "not joined: shard 2/2 is missing" in said


def test_a_mending_that_somebody_was_in_the_way_of_says_so_by_its_exit_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said: list[str] = []

    @contextmanager
    def toolbox(*_: object, **__: object) -> Iterator[Any]:
        yield SimpleNamespace(progress=SimpleNamespace(line=said.append))

    def taken(*_: object) -> str:
        raise ConcurrencyError("in use by execution e1")

    monkeypatch.setattr(wiring, "toolbox", toolbox)
    monkeypatch.setattr(wiring, "required_root", lambda root: root)
    monkeypatch.setattr(mend, "_environment", lambda _, name: Environment(name))
    monkeypatch.setattr(mend, "mend_environment", taken)

    assert mend._run(argparse.Namespace(root=".", environment="staging")) == BUSY
    assert said == ["in use by execution e1"]


@pytest.mark.parametrize(("strategy", "warnings"), [("in-place", 1), (None, 0)])
def test_a_dry_run_warns_of_what_the_textbooks_would_not_do(
    monkeypatch: pytest.MonkeyPatch, strategy: str | None, warnings: int
) -> None:
    production, shown = Environment("production", strategy="rolling"), list[PlannedDeployment]()
    execution = SimpleNamespace(
        containing=nullcontext,
        failures=[],
        exit_code=0,
        revision=None,
    )
    tools: Any = SimpleNamespace(
        revise=lambda _: None,
        workspace=SimpleNamespace(root=Path()),
        records=SimpleNamespace(read=lambda _: None),
    )
    monkeypatch.setattr(wiring, "draft_execution", lambda *_, **__: execution)
    monkeypatch.setattr(wiring, "print_plan", shown.append)
    monkeypatch.setattr(deploy, "demand_deployable", lambda *_, **__: None)
    monkeypatch.setattr(deploy, "preview_promotion", lambda *_, **__: None)
    monkeypatch.setattr(
        deploy, "preview_next", lambda _, each, name: preview_plan(each, None, 1, strategy=name)
    )
    options = argparse.Namespace(environment="production", strategy=strategy)
    pipeline = Pipeline("orders", None, (), (Environment("staging"), production))

    deploy._show(options, tools, pipeline, None)  # type: ignore[arg-type]

    (plan,) = shown
    assert len(plan.cautions) == warnings
