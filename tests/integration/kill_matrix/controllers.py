"""Has commands carried out by controllers in processes of their own, which may be killed."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.integration.kill_matrix.fuse import Moment
from tests.integration.kill_matrix.scenario import Scenario
from tests.integration.kill_matrix.world import World

_ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Errand:
    """What a controller is to do.

    Attributes:
        command: ``prepare``, ``deploy``, ``resume``, ``abort``, ``rollback`` or ``mend``.
        folder: Folder of the world; exists.
        scenario: What is deployed there.
        at: Number of the moment at which it is killed; None to let it live.
    """

    command: str
    folder: Path
    scenario: Scenario
    at: int | None = None


@dataclass(frozen=True)
class Outcome:
    """What a controller came to.

    Attributes:
        phase: Phase of the deployment at its end; ``nothing`` when there was none to go on with,
            empty when it failed.
        error: Why it failed, with its traceback; empty unless it did.
        moments: The moments that it lived through; none of one that failed.
    """

    phase: str = ""
    error: str = ""
    moments: tuple[Moment, ...] = ()


class Controllers:
    """Starts controllers, one process at a time; a context manager."""

    def __enter__(self) -> Self:
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.integration.kill_matrix.fork_server"],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.communicate(timeout=10)

    def run(self, *errands: Errand) -> list[Outcome]:
        """Have errands done one after the other, all by controllers of one process that lives."""
        status, answers = self._ask(errands)
        if status or answers is None:
            raise AssertionError(f"controllers ended with {status}: {errands}")
        return [
            Outcome(
                each.get("phase", ""),
                each.get("error", ""),
                tuple(Moment(**moment) for moment in each.get("moments", ())),
            )
            for each in answers
        ]

    def kill(self, errand: Errand) -> bool:
        """Have an errand begun by a controller in a process of its own, which is killed at it.

        What it had not handed over is ended then.

        Returns:
            Whether it was killed.
        """
        status, _ = self._ask([errand])
        World(errand.folder).lose_controller()
        return status == -signal.SIGKILL

    def _ask(self, errands: Sequence[Errand]) -> tuple[int, list[dict] | None]:
        asked = [asdict(each) | {"folder": str(each.folder)} for each in errands]
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(json.dumps({"errands": asked}) + "\n")
        self._server.stdin.flush()
        line = self._server.stdout.readline()
        if not line:
            raise AssertionError("the interpreter that forks controllers died")
        told = json.loads(line)
        return told["status"], told["answer"]
