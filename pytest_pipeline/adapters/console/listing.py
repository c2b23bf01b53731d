"""What a pipeline consists of, and what it plans, as text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pytest_pipeline.adapters.console.planned_steps import step_lines
from pytest_pipeline.domain.criteria_sets import written
from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.textbook import TEXTBOOK, cautions
from pytest_pipeline.engine.planning import PlannedDeployment


def render_pipeline(pipeline: Pipeline, tests: Mapping[str, int], console: Console) -> None:
    """Print layers, stages and environments.

    Args:
        pipeline: The pipeline.
        tests: Layer to number of its tests; the empty name counts tests without a layer.
        console: Where to print.
    """
    layers = _table("layer", "tests")
    for name in (*pipeline.layers.names, *(("",) if tests.get("") else ())):
        layers.add_row(name or "no layer", str(tests.get(name, 0)) if tests.get(name) else "absent")
    console.print(layers)
    stages = _table("stage", "layers", "environment", "gate")
    for stage in pipeline.stages:
        stages.add_row(
            stage.name, ", ".join(stage.layers), stage.environment or "none", _gate(stage)
        )
    console.print()
    console.print(stages)
    if pipeline.environments:
        environments = _table("environment", "target", "replicas", "strategy", "resources")
        for each in pipeline.environments:
            environments.add_row(
                each.name,
                each.target,
                str(each.replicas),
                each.strategy,
                _resources(pipeline, each),
            )
        console.print()
        console.print(environments)
        _warn((f"{name}: {text}" for name, text in cautions(pipeline)), console)


def render_plans(plans: Sequence[PlannedDeployment], console: Console) -> None:
    """Print plans, step by step, with what the textbooks say of their strategies.

    Args:
        plans: The deployments that would be made.
        console: Where to print.
    """
    for each in plans:
        console.print(f"[bold]{escape(each.environment)}[/] ({each.plan.strategy})")
        if each.plan.strategy in TEXTBOOK:
            console.print(f"  {TEXTBOOK[each.plan.strategy]}", soft_wrap=True, highlight=False)
        _warn(each.cautions, console)
        if each.rehearsal:
            console.print(f"  {escape(each.rehearsal)}", soft_wrap=True, highlight=False)
        for line in step_lines(each.plan, each.stable):
            console.print(escape(line), soft_wrap=True, highlight=False)
    if not plans:
        console.print("no environment is configured: nothing is deployed")


def _warn(cautions: Iterable[str], console: Console) -> None:
    for text in cautions:
        console.print(f"  [yellow]WARNING[/]: {escape(text)}", soft_wrap=True, highlight=False)


def _gate(stage: Stage) -> str:
    return "\n".join(
        f"{each.measure} {written(each.pass_sets)}"
        + (f" (warn {written(each.warn_sets)})" if each.warn_sets else "")
        + (f" (baseline {each.compared_with})" if each.compared_with else "")
        for each in stage.gate.objectives
    )


def _resources(pipeline: Pipeline, environment: Environment) -> str:
    every = pipeline.service.resources if pipeline.service else ()
    names = [each.name for each in every]
    wanted = names if environment.resources is None else list(environment.resources)
    return ", ".join(wanted) or "none"


def _table(*columns: str) -> Table:
    return Table(*columns, box=None, pad_edge=False, header_style="bold")
