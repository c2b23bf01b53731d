"""One build's commands, run one after the other under one deadline."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pytest_pipeline.engine.ports import Clock, Command, Processes
from pytest_pipeline.errors import BuildError, TargetStartError

_TAIL_LINES = 60

# Reproducible archives need one date for all members: the one that hatchling takes by itself.
_SOURCE_DATE_EPOCH = "1580601600"


@dataclass(frozen=True)
class Steps:
    """Runs the commands of one build.

    Attributes:
        processes: Runs them.
        clock: Time.
        name: Name of the service, for people.
        work: Existing folder for the build's own files.
        timeout_s: Longest duration of the whole build, seconds, > 0; for people.
        deadline_s: When that is over, on the clock.
        uv: Path of uv; None where there is none.
    """

    processes: Processes
    clock: Clock
    name: str
    work: Path
    timeout_s: float
    deadline_s: float
    uv: Path | None

    def run(self, *argv: str, cwd: Path) -> None:
        """Run a command to its end.

        It inherits the environment, which is where the configuration of package indexes lives.

        Raises:
            BuildError: If it fails; carries the end of its output.
        """
        command = Command(
            argv=argv,
            cwd=cwd,
            env=self._environment(),
            log=self.work / "build.log",
            name=f"build of {self.name}",
        )
        left_s = max(self.deadline_s - self.clock.now(), 0.001)
        try:
            done = self.processes.run(command, timeout_s=left_s)
        except TargetStartError as error:
            raise BuildError(
                f"building {self.name}: {argv[0]!r} cannot be started: {error}; "
                "install it, or correct build.command",
                output=error.output,
            ) from error
        if done.exit_code == 0:
            return
        shown = shlex.join((Path(argv[0]).name, *argv[1:]))
        tail = "\n".join(done.output.splitlines()[-_TAIL_LINES:])
        if done.exit_code is None:
            raise BuildError(
                f"building {self.name} did not end within {self.timeout_s:g} s, in `{shown}`; "
                "see what that waits for, or raise build.timeout_s",
                output=tail,
            )
        raise BuildError(
            f"building {self.name}: `{shown}` ended with exit code {done.exit_code}; "
            "its output says why",
            output=tail,
        )

    def _environment(self) -> Mapping[str, str]:
        """Return the own environment, with the running Python and its uv found first."""
        first = [str(Path(sys.executable).parent)]
        if self.uv is not None:
            first.append(str(self.uv.parent))
        environment = {"SOURCE_DATE_EPOCH": _SOURCE_DATE_EPOCH, **os.environ}
        environment["PATH"] = os.pathsep.join([*first, os.environ.get("PATH", os.defpath)])
        environment |= {"NO_COLOR": "1", "UV_NO_PROGRESS": "1", "UV_PYTHON_DOWNLOADS": "never"}
        return environment
