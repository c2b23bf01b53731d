"""What drills came to, as rows of a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.e2e.drills.drill import Drill
from tests.e2e.drills.pipeline_run import PipelineRun
from tests.e2e.drills.repository import Repository

COLUMNS = ("what was done", "exit", "lost", "left running", "time", "message")
_WIDTH = 90


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong in a run.

    Attributes:
        name: What is done, for people.
        act: Does it and returns the run.
        exit_code: What the run has to end with.
        said: What it has to say; each of them.
    """

    name: str
    act: Callable[[Drill, Repository], PipelineRun]
    exit_code: int
    said: Sequence[str]


@dataclass(frozen=True)
class Outcome:
    """What a run with a fault came to.

    Attributes:
        fault: The fault.
        run: The run.
        left: What was left running.
    """

    fault: Fault
    run: PipelineRun
    left: Sequence[str]

    @property
    def row(self) -> tuple[object, ...]:
        """The outcome as a row of a table."""
        failures = self.run.summary.get("failures") or [self.run.output.strip().splitlines()[-1]]
        lost = ", ".join(
            f"{name} {each['lost_requests']} of {each['requests']}"
            for name, each in self.run.deployments.items()
        )
        return (
            self.fault.name,
            self.run.exit_code,
            lost or "-",
            ", ".join(self.left) or "nothing",
            f"{self.run.duration_s:.0f} s",
            str(failures[0])[:_WIDTH],
        )

    def check(self) -> None:
        """Hold it against what has to be.

        Raises:
            AssertionError: If something is not.
        """
        assert self.run.exit_code == self.fault.exit_code, f"{self.fault.name}: {self.run}"
        for text in self.fault.said:
            assert text in self.run.one_line, f"{self.fault.name}: no {text!r} in {self.run}"
        assert not self.left, f"{self.fault.name}: {self.left}"
