"""Test suites without files."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from pytest_pipeline.domain.revisions import Revision
from pytest_pipeline.errors import SuiteError
from pytest_pipeline.testing.paper_folder import PaperFolder


class PaperSuites:
    """Implements `engine.ports.SuiteStore`: the suite of every revision is there.

    Attributes:
        kept: Trees that were kept, in order, with what had to be spared.
        missing: Trees whose suites are not there.
    """

    def __init__(self) -> None:
        self.kept: list[tuple[str, frozenset[str]]] = []
        self.missing: set[str] = set()

    def keep(self, environment: str, revision: Revision, *, spare: Collection[str]) -> None:
        """Note that a suite is kept."""
        del environment
        self.kept.append((revision.tree, frozenset(spare)))

    def find(self, environment: str, tree: str) -> Path:
        """Return where the files would be."""
        if tree in self.missing:
            raise SuiteError(f"they were not kept for {environment}")
        return PaperFolder("/suites") / environment / tree.removeprefix("sha256:")
