"""The supervisor's process: looks once a second, mends what died, ends with the record."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import IO

import psutil

from pytest_pipeline.adapters.supervisor import nameplate
from pytest_pipeline.adapters.supervisor.pulse import feel
from pytest_pipeline.adapters.supervisor.restraint import Restraint

#: Time between two looks, seconds.
INTERVAL_S = 1.0
#: Longest duration of mending, seconds.
MEND_TIMEOUT_S = 600.0


@dataclass
class Supervision:
    """Looks after one environment.

    Attributes:
        folder: Folder of the records.
        environment: Name of the environment.
        mend: Command that starts again what died and says so; 0 without a word says that there
            was nothing to do.
        plate: The locked nameplate.
        busy: Exit code of ``mend`` that says that somebody else has the environment; None for none.
        now: The monotonic clock.
        restraint: How long it holds back.
        unmended: What died and could not be started again, or may have; the record forgets it.
        mended: How often something was started again; count.
        problem: What is wrong at the moment, for people; empty when all is well.
    """

    folder: Path
    environment: str
    mend: Sequence[str]
    plate: IO[str]
    busy: int | None = None
    now: Callable[[], float] = time.monotonic
    restraint: Restraint = field(default_factory=Restraint)
    unmended: tuple[str, ...] = ()
    mended: int = 0
    problem: str = ""
    _since: str = field(init=False)

    def __post_init__(self) -> None:
        """Begin now."""
        self._since = _time_of_day()

    def look(self) -> bool:
        """Look once and do what is to be done; return whether there is anything to look after."""
        pulse = feel(self.folder / f"{self.environment}.json")
        if pulse.is_gone:
            return False
        dead = pulse.dead or self.unmended
        if dead and not pulse.is_deploying and self._may_mend():
            self._mend(dead)
        elif self.problem and not dead and self.restraint.has_lasted(self.now()):
            self.tell("")
        return True

    def tell(self, problem: str) -> None:
        """Say on the nameplate how things stand."""
        self.problem = problem
        own = psutil.Process()
        said = {
            "pid": own.pid,
            "created": own.create_time(),
            "since": self._since,
            "mended": self.mended,
            "failures": self.restraint.failures,
            "problem": problem,
        }
        nameplate.write(self.plate, said)

    def _may_mend(self) -> bool:
        return self.restraint.allows(self.now()) and not self._is_taken()

    def _is_taken(self) -> bool:
        """Return whether a command has the environment for itself."""
        try:
            with (self.folder / f"{self.environment}.lock").open() as file:
                return nameplate.is_locked(file)
        except FileNotFoundError:
            return False

    def _mend(self, names: tuple[str, ...]) -> None:
        dead = ", ".join(names)
        say(f"mending {dead}")
        did, failure = self._run()
        now_s = self.now()
        if failure is None:
            self.unmended = names  # whoever has it may have written down that they are gone
            return
        if failure:
            self.unmended = names
            self.restraint = self.restraint.after_failure(now_s)
            wait_s = self.restraint.not_before_s - now_s
            say(f"{failure}; trying again in {wait_s:g} s ({self.restraint.failures} in a row)")
            self.tell(f"{dead} died and cannot be started again: {failure}")
            return
        self.unmended = ()
        self.restraint = self.restraint.after_success(now_s, names)
        self.mended += did
        again = self.restraint.failures
        self.tell(f"{dead} died again soon after it was mended" if again else "")

    def _run(self) -> tuple[bool, str | None]:
        """Mend.

        Returns:
            Whether something was mended, and what went wrong: empty for nothing, None when
            somebody else was at it.
        """
        try:
            done = subprocess.run(  # noqa: S603 - our own command
                self.mend,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=MEND_TIMEOUT_S,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return False, str(error)
        output = done.stdout.decode(errors="replace").strip()
        if done.returncode == self.busy:
            say(output or "somebody else is at it")
            return False, None
        say(output or "nothing was to be done")
        if done.returncode == 0:
            return bool(output), ""
        return False, output.splitlines()[-1] if output else f"exit code {done.returncode}"


def say(text: str) -> None:
    """Write a line to the supervisor's log."""
    sys.stdout.write(f"{_time_of_day()} {text}\n")
    sys.stdout.flush()


def main(
    folder: str, environment: str, mend: Sequence[str], *, succeeds: bool, busy: int | None = None
) -> None:
    """Look after an environment until it is not kept any more, or SIGTERM.

    Args:
        folder: Folder of the records.
        environment: Name of the environment.
        mend: Command that starts again what died.
        succeeds: Whether there was another before, who may have left something unmended.
        busy: Exit code of ``mend`` that says that somebody else has the environment.
    """
    plate = nameplate.claim(nameplate.path_of(Path(folder), environment))
    if plate is None:
        return  # another one was faster
    over = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        over.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    left = ("what an earlier supervisor left",) if succeeds else ()
    supervision = Supervision(Path(folder), environment, mend, plate, busy, unmended=left)
    supervision.tell("")
    say(f"looking after {environment}, process {os.getpid()}")
    while not over.is_set() and supervision.look():
        over.wait(INTERVAL_S)
    say("nothing to look after any more" if not over.is_set() else "ended")
    with contextlib.suppress(OSError):
        fcntl.flock(plate, fcntl.LOCK_UN)


def _time_of_day() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
