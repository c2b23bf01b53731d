"""Keeps how long the tests of a stage took, for the next time that it is cut into shards."""

from __future__ import annotations

from pytest_pipeline.domain.recorded_durations import durations_of
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.tallies import StageRun
from pytest_pipeline.engine.execution import Execution
from pytest_pipeline.errors import StateError


def remember_durations(execution: Execution, stage: Stage, run: StageRun) -> None:
    """Keep how long each test took, if the whole stage ran; that it cannot be kept is a remark.

    What is known of tests that exist no more is forgotten.

    Args:
        execution: The execution.
        stage: The stage.
        run: The run of all its tests.
    """
    whole = not (run.narrowed or run.interrupted or run.missing or run.spoilt)
    durations_s = durations_of(run.tally.records) if whole else {}
    if not durations_s:
        return
    try:
        execution.tools.durations.write(stage.name, durations_s)
    except StateError as error:
        execution.remarks.append(str(error))
