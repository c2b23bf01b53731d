"""Runs a command that prints a number, or whose exit code speaks."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

from pytest_pipeline.domain.alarms.sources import CommandSource
from pytest_pipeline.domain.templates import expand
from pytest_pipeline.engine.alarm_sources import Answer, Question
from pytest_pipeline.engine.ports import Command, Processes

_LONGEST_SHOWN = 80


def ask_command(
    source: CommandSource,
    question: Question,
    processes: Processes,
    *,
    root: Path,
    variables: Mapping[str, str],
) -> Answer:
    """Run a command in the service root to its end, or end it at the deadline.

    Raises:
        TargetStartError: If the program cannot be started.
    """
    command = Command(
        argv=tuple(expand(word, question.values) for word in source.argv),
        cwd=root,
        env=variables,
        log=question.folder / "output.log",
        name=f"alarm {question.alarm}",
    )
    done = processes.run(command, timeout_s=question.timeout_s)
    if done.exit_code is None:
        return Answer(reason=f"{source.argv[0]} did not end within {question.timeout_s:g} s")
    if not source.number:
        return Answer(float(done.exit_code == 0))
    if done.exit_code != 0:
        return Answer(reason=f"{source.argv[0]} ended with exit code {done.exit_code}")
    return _number(source, done.output)


def _number(source: CommandSource, output: str) -> Answer:
    said = output.strip()
    try:
        value = float(said)
    except ValueError:
        value = math.nan
    if math.isfinite(value):
        return Answer(value)
    shown = said if len(said) <= _LONGEST_SHOWN else f"{said[:_LONGEST_SHOWN]}…"
    return Answer(reason=f"{source.argv[0]} printed {shown!r}, wanted a number and nothing else")
