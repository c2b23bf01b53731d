"""The page on the summary file names the keys that an execution writes."""

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any, cast

import pytest

from pytest_pipeline.domain.deployments import DeploymentRecord, DeploymentStatus
from pytest_pipeline.domain.rehearsals import first_release
from pytest_pipeline.domain.revisions import Revision
from pytest_pipeline.domain.stage_results import judge_stage
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.tallies import StageRun, Tally
from pytest_pipeline.domain.test_outcomes import TestOutcome
from pytest_pipeline.domain.time_sheets import ACTIVITIES
from pytest_pipeline.engine.execution import Execution, Interpreter
from pytest_pipeline.engine.toolbox import Toolbox
from pytest_pipeline.testing.virtual_clock import VirtualClock

PAGE = "reference/summary-file.md"

FirstColumn = Callable[[str, str], list[str]]


@pytest.fixture
def summary() -> Mapping[str, Any]:
    stage = Stage("unit", ("unit",))
    run = StageRun(Tally({"test_it": TestOutcome.PASSED}, collected=1), {})
    execution = Execution(
        id="20260101T000000-abcd",
        kind="pipeline",
        tools=cast("Toolbox", SimpleNamespace(clock=VirtualClock())),
        started_s=0.0,
        started="2026-01-01T00:00:00.000Z",
        interpreter=Interpreter("3.13.0", {}),
        revision=Revision(None, True, {}),  # noqa: FBT003 - dirty
        stages=[judge_stage(stage, run)],
        deployments=[
            DeploymentRecord(
                "d", "dev", "rolling", DeploymentStatus.SUCCEEDED, None, "r1", "sha256:0",
                1, 0, 0, None, None, None, None, 1.0,
            )
        ],
        rehearsals=[first_release("dev", "r1")],
    )  # fmt: skip
    return execution.summary()


def test_all_keys_are_documented_and_no_others(
    first_column: FirstColumn, summary: Mapping[str, Any]
) -> None:
    documented = first_column(PAGE, "Summary file")

    assert set(documented) == set(summary)


@pytest.mark.parametrize("part", ["revision", "stages", "deployments", "rehearsals"])
def test_all_keys_of_a_part_are_documented_and_no_others(
    first_column: FirstColumn, summary: Mapping[str, Any], part: str
) -> None:
    value = summary[part]
    heading = f"`{part}[]`" if isinstance(value, list) else f"`{part}`"
    keys = value[0] if isinstance(value, list) else value

    assert set(first_column(PAGE, heading)) == set(keys)


def test_all_activities_are_documented(page: Callable[[str], str]) -> None:
    section = page(PAGE).split("## `time_s`")[1]

    assert all(f"`{activity}`" in section for activity in ("wall", *ACTIVITIES, "orchestration"))
