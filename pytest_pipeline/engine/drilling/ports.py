"""What a drill needs of the world beside the engine's ports."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from pytest_pipeline.domain.drills import InjectedFault
from pytest_pipeline.domain.fleets import ProcessIdentity
from pytest_pipeline.engine.ports import Target


class FaultyTarget(Target, Protocol):
    """A target that can stand between the router and its instances.

    An instance that is covered is reached through a part of ours, which lets everything pass until
    a fault is injected. It counts as running while both run; stopping it ends both.
    """

    def cover(self, release: int, *, ready: str) -> None:
        """Stand in front of each instance of a release that is launched from now on.

        It takes the place of the release that was covered before.

        Args:
            release: Number of the release.
            ready: Its readiness path.
        """
        ...

    def inject(self, fault: InjectedFault | None) -> None:
        """Do this to the requests of the release covered last, also of instances launched later.

        Args:
            fault: What is done; None to let everything pass again.

        Raises:
            TargetError: If a part of ours does not take it over.
        """
        ...

    def names(self, instance: str) -> tuple[str, ...]:
        """Return the names under which the processes of an instance run."""
        ...


class StartedProcesses(Protocol):
    """The processes that this command started."""

    def running(self) -> Sequence[tuple[str, ProcessIdentity]]:
        """Return what runs by its mark: what was started, and what that started.

        Each has the name of what was started, for people.
        """
        ...

    def kill(self, process: ProcessIdentity) -> None:
        """Kill a process group with SIGKILL; nothing if it is gone."""
        ...


class SmallDisk(Protocol):
    """A disk that can be filled without harm to anything else."""

    @property
    def missing(self) -> str:
        """Why there is none here; empty where there is."""
        ...

    @property
    def folder(self) -> Path:
        """Where it is; an ordinary folder where there is none."""
        ...

    def fill(self) -> None:
        """Leave no byte free.

        Raises:
            StateError: If that cannot be done.
        """
        ...

    def free(self) -> None:
        """Take away what `fill` wrote; nothing if there is nothing."""
        ...

    def litter(self) -> tuple[str, ...]:
        """Return what `fill` wrote and is still there, by name."""
        ...
