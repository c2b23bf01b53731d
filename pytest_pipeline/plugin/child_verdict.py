"""What the end of a child session means: its exit status alone proves nothing."""

from __future__ import annotations

import signal
from dataclasses import dataclass

import pytest

from pytest_pipeline.domain.stage_figures import with_figures
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.tallies import StageRun
from pytest_pipeline.plugin.replay import Replay
from pytest_pipeline.plugin.run_problems import lost_tests, unexplained_status
from pytest_pipeline.plugin.run_record import RunRecord
from pytest_pipeline.plugin.screen import Screen

_SHOWN_CHARACTERS = 20_000


@dataclass(frozen=True)
class ChildEnd:
    """How a child session ended.

    Attributes:
        status: Its exit status; negative for a signal.
        output: What it wrote outside of pytest's capture.
        timeout_s: The deadline that it passed, seconds; None when it did not.
        interrupted: Whether Ctrl-C was forwarded to it.
    """

    status: int
    output: str
    timeout_s: float | None
    interrupted: bool

    def __str__(self) -> str:
        """Say how it ended, for people."""
        if self.timeout_s is not None:
            return f"timed out after {self.timeout_s:g} s"
        if self.status < 0:
            return f"died of {signal.Signals(-self.status).name}"
        return f"ended with exit status {self.status} before its tests did"


def run_of_child(
    stage: Stage, replay: Replay, record: RunRecord, end: ChildEnd, screen: Screen
) -> StageRun:
    """Return what a child session that ended brought to light, and show what it left.

    Raises:
        pytest.UsageError: If it refused what it was asked before any test ran.
    """
    heard = replay.heard
    if heard.refused is not None:
        raise pytest.UsageError(heard.refused)
    refused = pytest.ExitCode.USAGE_ERROR
    if end.status == refused and not replay.running and heard.status in (None, refused):
        raise pytest.UsageError(_without_prefix(end.output) or f"stage {stage.name}: refused")
    interrupted = end.interrupted or _is_interrupt(heard.ended_early)
    problems = list(heard.problems)
    if not interrupted:
        problems += _problems(stage, replay, record, end)
    if end.output:
        screen.show_section(
            f"stage {stage.name}: output outside of tests", end.output[-_SHOWN_CHARACTERS:]
        )
    run = StageRun(
        record.tally(),
        record.measurements(),
        problems=(*problems, *record.problems()),
        narrowed=(heard.stopped,) if heard.stopped else (),
        interrupted=interrupted,
        exit_status=heard.status,
        stopped=heard.stopped,
        gave_up=heard.gave_up,
        other_failures=record.failures_beside(heard.failures),
        load_s=record.load_s(),
        missing=record.missing(),
        details=record.details(),
        loads=record.loads(),
        broken=record.broken(),
    )
    return with_figures(run, heard.figures, record.units())


def _problems(stage: Stage, replay: Replay, record: RunRecord, end: ChildEnd) -> list[str]:
    heard = replay.heard
    found = []
    running = replay.running
    if not heard.finished or end.timeout_s is not None:
        reason = f"stage {stage.name} {end}"
        found.append(f"{reason} while running {', '.join(running)}" if running else reason)
        replay.fail_running(reason, end.output[-_SHOWN_CHARACTERS:])
    elif end.status < 0 and end.status != -signal.SIGKILL:  # which we send to what lingers
        found.append(f"stage {stage.name} {end} after its tests")
    elif heard.ended_early and heard.ended_early[0] == "Exit":
        found.append(f"pytest.exit() ended stage {stage.name}: {heard.ended_early[1]}")
    found += lost_tests(record, stopped=heard.stopped, running=running)
    if not found and not heard.problems:
        found += unexplained_status(record, status=heard.status, stopped=heard.stopped)
    return found


def _is_interrupt(ended_early: tuple[str, str] | None) -> bool:
    return ended_early is not None and ended_early[0] == "KeyboardInterrupt"


def _without_prefix(output: str) -> str:
    """Return what pytest complains about, without the word that it will write again."""
    lines = [line.removeprefix("ERROR: ") for line in output.splitlines()]
    return "\n".join(lines).strip()
