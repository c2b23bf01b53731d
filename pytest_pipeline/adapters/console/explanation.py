"""One screen that says why things stand where they stand."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pytest_pipeline.domain.explanations import (
    EnvironmentExplanation,
    ExecutionExplanation,
    Explanation,
    StageExplanation,
)

#: How many figures, paths and reasons of one thing are named.
_NAMED = 3


def render_explanation(found: Explanation, console: Console) -> None:
    """Print an explanation."""
    _line(console, f"revision {found.revision}", "bold")
    if found.execution is None:
        _line(console, "no execution is known")
    else:
        _render_execution(found.execution, console)
    if found.stages:
        table = Table("stage", "verdict", "what decided", "evidence for this revision", "command")
        table.box, table.pad_edge, table.header_style = None, False, "bold"
        for stage in found.stages:
            table.add_row(*map(Text, _stage(stage)))
        console.print(table)
    for environment in found.environments:
        _render_environment(environment, console)


def _render_execution(execution: ExecutionExplanation, console: Console) -> None:
    ended = "did not end" if execution.exit_code is None else f"exit code {execution.exit_code}"
    revision = "" if execution.same_revision else ", on another revision"
    about = f"execution {execution.id} ({execution.kind}), begun {execution.started}"
    _line(console, f"{about}: {ended}{revision}")
    for failure in execution.failures[:_NAMED]:
        _line(console, f"  because {failure}", "red")
    for each in execution.deployments:
        _line(console, f"  {each.environment}: {each.text}; served then: {each.serving}")
        if each.failure:
            _line(console, f"    because {each.failure}", "red")


def _stage(stage: StageExplanation) -> tuple[str, ...]:
    evidence = stage.reason or stage.evidence
    return (
        stage.stage,
        stage.verdict or "not run",
        _some(stage.decided, "; ") or "-",
        evidence.removeprefix(f"stage {stage.stage} "),
        stage.command or "-",
    )


def _render_environment(each: EnvironmentExplanation, console: Console) -> None:
    promoted = f"{each.promoted} is promoted" if each.promoted else "nothing is promoted yet"
    this = " (this revision)" if each.current else ""
    _line(console, f"{each.environment}: {promoted}{this}; serves: {each.serves}", "bold")
    if each.under_way:
        _line(console, f"  under way: {each.under_way}")
    for reason in each.blocked[:_NAMED]:
        _line(console, f"  blocked: {reason}", "yellow")
    if len(each.blocked) > _NAMED:
        _line(console, f"  blocked: and {len(each.blocked) - _NAMED} more", "yellow")
    if each.command:
        _line(console, f"  next: {each.command}")


def _some(texts: tuple[str, ...], between: str) -> str:
    more = f"{between}+{len(texts) - _NAMED} more" if len(texts) > _NAMED else ""
    return between.join(texts[:_NAMED]) + more


def _line(console: Console, text: str, style: str = "") -> None:
    console.print(Text(text, style), soft_wrap=True)
