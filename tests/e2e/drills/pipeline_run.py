"""A command that ran, and one that runs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.e2e.drills.waiting import becomes_true, now_s


@dataclass(frozen=True)
class PipelineRun:
    """What a command came to.

    Attributes:
        exit_code: Its exit code; negative for a signal.
        output: What it wrote, errors included.
        summary: The content of its summary file; empty when it wrote none.
        duration_s: How long it took, seconds.
    """

    exit_code: int
    output: str
    summary: dict[str, Any]
    duration_s: float

    @property
    def one_line(self) -> str:
        """The output without its line breaks, which depend on the length of paths."""
        return " ".join(self.output.split())

    @property
    def verdicts(self) -> dict[str, str]:
        """Verdict of each stage that ran, by name."""
        return {stage["name"]: stage["verdict"] for stage in self.summary.get("stages", [])}

    @property
    def deployments(self) -> dict[str, dict[str, Any]]:
        """Deployments by environment."""
        return {each["environment"]: each for each in self.summary.get("deployments", [])}

    def __str__(self) -> str:
        """Return what people need to see when a test failed."""
        return f"exit code {self.exit_code} after {self.duration_s:.1f} s\n{self.output}"


@dataclass(frozen=True)
class Running:
    """A command under way, the leader of a session of its own.

    Attributes:
        process: The process.
        log: Its output.
        summary: Its summary file.
        began_s: When it began, on the monotonic clock.
    """

    process: subprocess.Popen[bytes]
    log: Path
    summary: Path
    began_s: float

    def output(self) -> str:
        """Return what it wrote so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def says(self, text: str, *, within_s: float = 60.0) -> None:
        """Wait until it wrote a text.

        Raises:
            AssertionError: If it does not, or ends before.
        """

        def said_or_ended() -> bool:
            return text in self.output() or self.process.poll() is not None

        becomes_true(said_or_ended, within_s=within_s)
        if text not in self.output():
            raise AssertionError(f"did not say {text!r}:\n{self.output()}")

    def interrupt(self) -> None:
        """Press Ctrl-C: a terminal sends it to the whole group."""
        os.killpg(self.process.pid, signal.SIGINT)

    def kill(self) -> None:
        """Kill it, and nothing else, with SIGKILL; and reap it."""
        self.process.kill()
        self.process.wait(timeout=10)

    def wait(self, *, within_s: float = 120.0) -> PipelineRun:
        """Wait for its end.

        Raises:
            AssertionError: If it does not end in time; it is killed then.
        """
        try:
            exit_code = self.process.wait(timeout=within_s)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"did not end within {within_s:g} s:\n{self.output()}") from None
        written = self.summary.read_text(encoding="utf-8") if self.summary.exists() else "{}"
        return PipelineRun(exit_code, self.output(), json.loads(written), now_s() - self.began_s)
