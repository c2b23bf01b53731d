"""Issue 5, acceptance point 2: every injection into the sample service's gates is blocked."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.acceptance.conftest import Show
from tests.e2e.drills.drill import Drill
from tests.e2e.drills.pipeline_run import PipelineRun
from tests.e2e.drills.repository import Repository

_COLUMNS = ("stage", "injection", "exit", "verdict", "blocked", "s", "reason")
_WIDTH = 70
#: What the sample service's stages have to suffer, whatever else is not applicable to them.
_LEAST = {
    "unit": {"failing-test", "all-skipped", "none-collected", "worker-killed", "os-exit"},
    "component": {"erroring-fixture", "broken-module", "pytest-exit", "session-stopped"},
    "integration": {"failing-test", "all-xfail", "timeout"},
    "e2e": {"failing-test", "worker-killed"},
    "performance": {
        "generator-dead",
        "zero-requests",
        "objective-violated",
        "objective-missing",
    },
}
#: A judge who takes every stage for a good one whose tests all were skipped; in place before the
#: plugin notes what it consists of: later ones are noticed.
_LENIENT = """

import dataclasses

from pytest_pipeline.domain.verdicts import Verdict
from pytest_pipeline.engine import stage_execution

_judge = stage_execution.judge_stage


def _lenient(stage, run, **known):
    result = _judge(stage, run, **known)
    if result.verdict is Verdict.INCONCLUSIVE:
        return dataclasses.replace(result, verdict=Verdict.PASS)
    return result


stage_execution.judge_stage = _lenient
"""
#: The sample service takes warnings for errors, and pytest warns of plugins imported before it.
_EARLY = "-W 'ignore:Module already imported'"


def record_of(run: PipelineRun) -> dict[str, Any]:
    """Return what the command wrote; progress went before it into the same file."""
    begin = run.output.index('{\n  "exit_code"')
    record: dict[str, Any] = json.loads(run.output[begin:])
    return record


def rows_of(record: dict[str, Any]) -> list[tuple[object, ...]]:
    return [
        (
            each["stage"],
            f"{each['injection']} {each['about']}",
            "-" if each["exit_code"] is None else each["exit_code"],
            each["verdict"] or "-",
            each["blocked"],
            each["duration_s"] or "-",
            each["reason"][:_WIDTH],
        )
        for each in record["injections"]
    ]


@pytest.mark.timeout(2400)
def test_every_injection_into_the_sample_service_is_blocked(
    drill: Drill, sample: Repository, show: Show
) -> None:
    run = drill.command(sample, "gates", "selftest", "--format", "json", within_s=2400)

    record = record_of(run)
    show("Gate self-test of the sample service", _COLUMNS, rows_of(record))
    number = f"{record['blocked']} of {record['applicable']} injections blocked"
    told = f"{number}, {record['not_applicable']} not applicable"
    show("The number", ("said", "s"), [(told, f"{run.duration_s:.0f}")])
    blocked = {
        stage: {
            each["injection"]
            for each in record["injections"]
            if (each["stage"], each["blocked"]) == (stage, "yes")
        }
        for stage in _LEAST
    }
    assert run.exit_code == 0, str(run)
    assert record["blocked"] == record["applicable"]
    assert all(least <= blocked[stage] for stage, least in _LEAST.items()), blocked
    assert not sample.state.exists()
    assert not drill.belongings.running()


@pytest.mark.timeout(600)
def test_a_gate_that_lets_something_through_is_named(
    drill: Drill, sample: Repository, show: Show
) -> None:
    place = drill.folder / "lenient"
    place.mkdir()
    (place / "sitecustomize.py").write_text(_LENIENT, encoding="utf-8")
    lenient = {"PYTHONPATH": str(place), "PYTEST_ADDOPTS": _EARLY}
    drill = replace(drill, environ={**drill.environ, **lenient})
    only = [part for name in ("failing-test", "all-skipped") for part in ("--only", name)]

    run = drill.command(sample, "gates", "selftest", "unit", *only, within_s=600)

    through = [line for line in run.output.splitlines() if "NOT BLOCKED" in line]
    show("A lenient judge", ("exit", "said"), [(run.exit_code, line) for line in through])
    assert run.exit_code == 20, str(run)
    assert len(through) == 1
    assert "all-skipped got through the gate of stage unit" in through[0]
    assert "1 of 2 injections blocked" in run.one_line
