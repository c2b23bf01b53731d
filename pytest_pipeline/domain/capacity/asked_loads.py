"""What the stages of a pipeline say of the load on an environment."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_pipeline.domain.capacity.load_objectives import (
    USABLE,
    LoadObjectives,
    parse_objective,
    usable,
)
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.errors import ConfigError


def stages_at(pipeline: Pipeline, environment: str) -> tuple[Stage, ...]:
    """Return the stages that run against an environment."""
    return tuple(each for each in pipeline.stages if each.environment == environment)


def most_processes(pipeline: Pipeline, environment: str) -> int:
    """Return in how many processes the stages that run against an environment make load."""
    return max((each.load.processes for each in stages_at(pipeline, environment)), default=1)


def asked_objectives(given: Sequence[str], pipeline: Pipeline, environment: str) -> LoadObjectives:
    """Return what a capacity is found by: what was given, else what the gates demand of loads.

    Args:
        given: Objectives as they stand on the command line.
        pipeline: The pipeline.
        environment: Name of the environment.

    Raises:
        ConfigError: If one cannot be used, or there is none; names all that is wrong.
    """
    if given:
        return _parsed(given)
    stages = stages_at(pipeline, environment)
    found = usable(each for stage in stages for each in stage.gate.objectives)
    if not found.used:
        names = ", ".join(each.name for each in stages)
        why = f"the gates of {names} demand" if stages else "there is no stage that runs there, so"
        left = f" (left out: {'; '.join(found.left_out)})" if found.left_out else ""
        raise ConfigError(
            f"no objective to find the capacity of {environment} by: {why} nothing of a load that "
            f"can be used{left}; give --objective 'load.p95_ms < 250', or another of "
            f"{', '.join(USABLE)}"
        )
    return found


def _parsed(given: Sequence[str]) -> LoadObjectives:
    used, wrong = [], []
    for text in given:
        try:
            used.append(parse_objective(text))
        except ConfigError as error:
            wrong.append(str(error))
    if wrong:
        raise ConfigError("; ".join(wrong))
    return LoadObjectives(tuple(dict.fromkeys(used)))
