"""Self-tests of gates: opened, shown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_pipeline.domain.selftests import SelfTest

if TYPE_CHECKING:
    from rich.console import Console

    from pytest_pipeline.domain.evidence import Evidence
    from pytest_pipeline.domain.pipelines import Pipeline
    from pytest_pipeline.engine.selftesting import StageSessions

# ruff: noqa: PLC0415 - adapters are imported when they are first needed


@contextmanager
def selftest_sessions(root: Path, pipeline: Pipeline, *, jobs: int) -> Iterator[StageSessions]:
    """Yield what runs the stages of a copy of a service; all of it is gone at the end.

    Args:
        root: The service root.
        pipeline: Its pipeline.
        jobs: Sessions at once where they do not disturb each other; count, >= 1.

    Raises:
        SourceError: If the service root cannot be read or copied.
    """
    from pytest_pipeline.adapters.selftest_sessions import CopySessions, copied_service
    from pytest_pipeline.adapters.source_tree import DiskSourceTree
    from pytest_pipeline.domain.path_names import read_path

    revision = DiskSourceTree().revision(root, inputs=pipeline.inputs, excluded=())
    with copied_service(root, [read_path(each) for each in revision.files]) as (copy, beside):
        sessions = CopySessions(copy, beside, _evidence_of, jobs=jobs)
        try:
            yield sessions
        finally:
            sessions.close()


def print_selftest(found: SelfTest, console: Console) -> None:
    """Print a self-test as a table."""
    from pytest_pipeline.adapters.console import render_selftest

    render_selftest(found, console)


def _evidence_of(folder: Path, stage: str) -> Evidence | None:
    from pytest_pipeline.adapters.evidence_folder import EvidenceFolder

    found = EvidenceFolder(folder).latest(stage)
    return None if found is None else found.evidence
