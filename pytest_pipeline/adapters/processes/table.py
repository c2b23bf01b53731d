"""The table of running processes, as far as it matters here."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_pipeline.adapters.processes import marks
from pytest_pipeline.domain.fleets import ProcessIdentity
from pytest_pipeline.errors import MissingExtraError

if TYPE_CHECKING:
    import psutil

#: The system derives creation times from its boot time, which moves by a second when the time of
#: day is set; no process number comes round again that fast.
TOLERANCE_S = 1.5


@dataclass(frozen=True, slots=True)
class Seen:
    """A process that runs.

    Attributes:
        identity: Which one.
        parent: Number of its parent.
        group: Number of its process group.
        session: Number of its session.
        owners: Tokens of its owners, see `marks`.
        marks: Marks of the started processes that it descends from.
        guardian: Whether it is a guardian.
    """

    identity: ProcessIdentity
    parent: int
    group: int
    session: int
    owners: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    guardian: bool = False

    @property
    def kept(self) -> bool:
        """Whether it was started to survive its owner."""
        return bool(self.marks) and not self.owners


def require_psutil() -> None:
    """Raise `MissingExtraError` where psutil is not installed."""
    try:
        import psutil  # noqa: F401, PLC0415 - an extra
    except ImportError as error:
        raise MissingExtraError("running processes", "deploy") from error


def same(one: ProcessIdentity, other: ProcessIdentity) -> bool:
    """Return whether two identities, taken at different times, mean one process."""
    return one.pid == other.pid and abs(one.created - other.created) <= TOLERANCE_S


def identify(pid: int) -> ProcessIdentity | None:
    """Return the identity of the process that has a number now, even of a zombie; else None."""
    import psutil  # noqa: PLC0415 - an extra

    try:
        return ProcessIdentity(pid, psutil.Process(pid).create_time())
    except psutil.Error:
        return None


def running(process: ProcessIdentity) -> bool:
    """Return whether this very process runs; a zombie does not."""
    import psutil  # noqa: PLC0415 - an extra

    try:
        found = psutil.Process(process.pid)
        return (
            same(process, ProcessIdentity(process.pid, found.create_time()))
            and found.status() not in _ENDED
        )
    except psutil.Error:
        return False


def scan(*, since: float = 0.0) -> list[Seen]:
    """Return the processes that run, without this one and those above it.

    Args:
        since: Leave out processes created before, by the clock of `ProcessIdentity.created`.
    """
    import psutil  # noqa: PLC0415 - an extra

    above = _line_of(os.getpid())
    found = (_look(process, since - TOLERANCE_S) for process in psutil.process_iter())
    return [seen for seen in found if seen is not None and seen.identity.pid not in above]


_ENDED = ("zombie", "dead")


def _line_of(pid: int) -> set[int]:
    import psutil  # noqa: PLC0415 - an extra

    try:
        return {pid, *(parent.pid for parent in psutil.Process(pid).parents())}
    except psutil.Error:
        return {pid}


def _look(process: psutil.Process, since: float) -> Seen | None:
    import psutil  # noqa: PLC0415 - an extra

    try:
        with process.oneshot():
            created = process.create_time()
            if created < since or process.status() in _ENDED:
                return None
            env = _environment(process)
            return Seen(
                identity=ProcessIdentity(process.pid, created),
                parent=process.ppid(),
                group=os.getpgid(process.pid),
                session=os.getsid(process.pid),
                owners=tuple(env.get(marks.OWNER, "").split()),
                marks=tuple(env.get(marks.PROCESS, "").split()),
                guardian=marks.GUARDIAN in env,
            )
    except (psutil.Error, OSError):
        return None


def _environment(process: psutil.Process) -> Mapping[str, str]:
    import psutil  # noqa: PLC0415 - an extra

    try:
        return process.environ()
    except (psutil.Error, OSError):
        return {}  # of another user, or of the kernel
