"""One screen that says why things stand where they stand."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pytest_pipeline.domain.deploy_checks import DeployCheck
from pytest_pipeline.domain.evidence_checks import Refusal
from pytest_pipeline.domain.explanations import (
    EnvironmentExplanation,
    ExecutionExplanation,
    Explanation,
    StageExplanation,
)
from pytest_pipeline.domain.naming_some import first_of

#: How many figures, paths and reasons of one thing are named.
_NAMED = 3


def render_explanation(found: Explanation, console: Console) -> None:
    """Print an explanation."""
    _line(console, f"revision {found.revision}", "bold")
    if found.trust:
        _line(console, found.trust)
    if found.execution is None:
        _line(console, "no execution is known")
    else:
        _render_execution(found.execution, found.stages, console)
    if found.stages:
        table = Table("stage", "verdict", "what decided", "evidence for this revision", "command")
        table.box, table.pad_edge, table.header_style = None, False, "bold"
        for stage in found.stages:
            table.add_row(*map(Text, _stage(stage)))
        console.print(table)
    for environment in found.environments:
        _render_environment(environment, found.stages, console)


def _render_execution(
    execution: ExecutionExplanation, stages: tuple[StageExplanation, ...], console: Console
) -> None:
    ended = "did not end" if execution.exit_code is None else f"exit code {execution.exit_code}"
    revision = "" if execution.same_revision else ", on another revision"
    about = f"execution {execution.id} ({execution.kind}), begun {execution.started}"
    _line(console, f"{about}: {ended}{revision}")
    for failure in execution.failures[:_NAMED]:
        _line(console, f"  because {_without_figures(failure, stages)}", "red")
    for each in execution.deployments:
        _line(console, f"  {each.environment}: {each.text}; served then: {each.serving}")
        if each.failure:
            _line(console, f"    because {each.failure}", "red")


def _stage(stage: StageExplanation) -> tuple[str, ...]:
    evidence = _evidence(stage)
    return (
        stage.stage,
        stage.verdict or "not run",
        "; ".join(first_of(stage.decided, _NAMED)) or "-",
        evidence.removeprefix(f"stage {stage.stage} "),
        stage.command or "-",
    )


def _without_figures(failure: str, stages: tuple[StageExplanation, ...]) -> str:
    """Return why an execution ended so, without the figures that stand with their stage."""
    for stage in stages:
        for figure in stage.decided[:_NAMED]:
            failure = failure.removesuffix(f": {figure}")
    return failure


def _evidence(stage: StageExplanation) -> str:
    """Return how the evidence stands; figures that stand beside it are not said again."""
    told = all(each in stage.reason for each in stage.decided)
    if stage.evidence == Refusal.NOT_PROMOTING and stage.decided and told:
        return stage.reason.partition(" (")[0]
    return stage.reason or stage.evidence


def _render_environment(
    each: EnvironmentExplanation, stages: tuple[StageExplanation, ...], console: Console
) -> None:
    promoted = f"{each.promoted} is promoted" if each.promoted else "nothing is promoted yet"
    this = " (this revision)" if each.current else ""
    _line(console, f"{each.environment}: {promoted}{this}; serves: {each.serves}", "bold")
    if each.under_way:
        _line(console, f"  under way: {each.under_way}")
    if each.checks:
        _render_checks(each.checks, console)
    short = {stage.reason: _evidence(stage) for stage in stages}
    blocked = () if each.checks else each.blocked
    for reason in first_of([short.get(reason, reason) for reason in blocked], _NAMED):
        _line(console, f"  blocked: {reason}", "yellow")
    if each.command:
        _line(console, f"  next: {each.command}")


def _render_checks(checks: tuple[DeployCheck, ...], console: Console) -> None:
    """Print what a deployment demands; what is missing with what provides it."""
    for check in checks:
        style = "" if check.met else "yellow"
        _line(console, f"  {'yes' if check.met else 'NO '}  {check.what}: {check.told}", style)
        if check.command:
            _line(console, f"       {check.command}")


def _line(console: Console, text: str, style: str = "") -> None:
    console.print(Text(text, style), soft_wrap=True)
