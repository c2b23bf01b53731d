"""One promise of targets, which can be checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pytest_pipeline.testing.target_conformance.subject import TargetSubject


@dataclass(frozen=True)
class TargetCheck:
    """A promise, and what finds out whether a target keeps it.

    Attributes:
        name: The promise.
        find_out: Finds out.
        runs_programs: Whether it needs a target that really runs programs; fakes do not.
        kills_owners: Whether it needs `TargetSubject.orphaned`.
    """

    name: str
    find_out: Callable[[TargetSubject], None]
    runs_programs: bool = True
    kills_owners: bool = False

    def __call__(self, subject: TargetSubject) -> None:
        """Find out whether a target keeps the promise; what was launched is stopped then.

        Raises:
            NonConformanceError: If it does not.
        """
        try:
            self.find_out(subject)
        finally:
            subject.stop_all()

    def __str__(self) -> str:
        """Return the promise as an identifier of tests."""
        return self.name.replace(" ", "-")
