"""What the fixtures give to tests of a stage; outside of one they fail, never skip."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from pytest_pipeline.domain.handoffs import EnvironmentHandoff, Handoff, Overlap
from pytest_pipeline.domain.resources import ProvidedResource
from pytest_pipeline.plugin.recording import Recorder, checked
from pytest_pipeline.plugin.session_state import errand_of, recorder_of


@dataclass(frozen=True)
class StageContext:
    """The running stage, as its tests see it.

    Attributes:
        stage: Name of the stage.
        execution: Identifier of the execution.
        environment: Name of the environment; None when the stage runs against none.
    """

    stage: str
    execution: str
    environment: str | None
    _recorder: Recorder

    def record(self, measure: str, value: float, unit: str = "") -> None:
        """Record a measurement for the stage's gate; within one test the last value counts.

        Args:
            measure: Name that objectives use, ``custom.…``.
            value: A finite number, in the unit that the objective's author expects.
            unit: The unit, for people; empty for none.

        Raises:
            ValueError: If the name is no custom one or the value is not a finite number.
        """
        self._recorder.record(measure, value, unit)


def stage_context(config: pytest.Config) -> StageContext:
    """Return the context of the running stage; fails the test outside of one."""
    handoff, recorder = _handoff(config, "pipeline"), recorder_of(config)
    assert recorder is not None  # noqa: S101 - where there is a hand-off, there is a recorder
    environment = handoff.environment
    name = None if environment is None else environment.name
    return StageContext(handoff.stage, handoff.execution, name, recorder)


class MeasureRecord:
    """What ``pipeline_record`` is: records in a stage, and checks alone outside of one."""

    def __init__(self, recorder: Recorder | None) -> None:
        self._recorder = recorder

    def __call__(self, measure: str, value: float, unit: str = "") -> None:
        """Record a measurement for the stage's gate; within one test the last value counts.

        Args:
            measure: Name that objectives use, ``custom.…``.
            value: A finite number, in the unit that the objective's author expects.
            unit: The unit, for people; empty for none.

        Raises:
            ValueError: If the name is no custom one or the value is not a finite number.
        """
        if self._recorder is None:
            checked(measure, value)
        else:
            self._recorder.record(measure, value, unit)


def measure_record(config: pytest.Config) -> MeasureRecord:
    """Return what records the measurements of a test; outside of a stage it keeps nothing."""
    return MeasureRecord(recorder_of(config))


def stage_environment(
    config: pytest.Config, fixture: str = "pipeline_environment"
) -> EnvironmentHandoff:
    """Return the environment of the running stage; fails the test where there is none."""
    handoff = _handoff(config, fixture)
    if handoff.environment is None:
        pytest.fail(
            f"{fixture}: stage {handoff.stage!r} runs against no environment; give it one: "
            f'[tool.pytest_pipeline.stages.{handoff.stage}] environment = "NAME"',
            pytrace=False,
        )
    return handoff.environment


def stage_overlap(config: pytest.Config) -> Overlap:
    """Return the releases that mix; fails the test outside of a check of mixed versions."""
    environment = stage_environment(config, "pipeline_overlap")
    if environment.overlap is None:
        pytest.fail(
            "pipeline_overlap: two releases serve side by side in a deployment only: name this "
            "test in tests of [environments.NAME.mixed_versions], and in no stage",
            pytrace=False,
        )
    return environment.overlap


def stage_resource(config: pytest.Config, name: str) -> ProvidedResource:
    """Return a resource of the stage's environment by name; fails the test if there is none."""
    environment = stage_environment(config, "pipeline_resource")
    for resource in environment.resources:
        if resource.name == name:
            return resource
    known = ", ".join(each.name for each in environment.resources) or "none"
    pytest.fail(
        f"pipeline_resource: environment {environment.name!r} has no resource {name!r}; "
        f"it has: {known}",
        pytrace=False,
    )


def stage_handoff(config: pytest.Config, fixture: str) -> Handoff:
    """Return the hand-off of the running stage; fails the test outside of one."""
    return _handoff(config, fixture)


def _handoff(config: pytest.Config, fixture: str) -> Handoff:
    errand = errand_of(config)
    if errand is None or errand.handoff is None:
        pytest.fail(
            f"the fixture {fixture} needs a stage of the pipeline: run "
            "pytest --pipeline-stage=NAME (or pytest --pipeline)",
            pytrace=False,
        )
    return errand.handoff
