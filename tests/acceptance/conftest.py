"""What acceptance tests share: the sample service as a user gets it, and tables on the terminal."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table

from tests.e2e.drills.drill import SAMPLE_SERVICE, Drill
from tests.e2e.drills.pipeline_run import PipelineRun
from tests.e2e.drills.repository import Repository

#: Shows a table: its title, its columns, its rows.
Show = Callable[[str, Sequence[str], Sequence[Sequence[object]]], None]


@dataclass(frozen=True)
class MainJob:
    """The main job, twice.

    Attributes:
        repository: The sample service after it.
        runs: The two runs.
        left: What was left running.
    """

    repository: Repository
    runs: tuple[PipelineRun, ...]
    left: tuple[str, ...]


@pytest.fixture
def drill(tmp_path: Path) -> Iterator[Drill]:
    """A place for pipelines with all plugins that are installed; nothing is left running there."""
    made = Drill(tmp_path, uuid.uuid4().hex, plugins=None)
    yield made
    made.belongings.end()


@pytest.fixture
def sample(drill: Drill) -> Repository:
    """A fresh clone of the sample service."""
    return drill.copy(SAMPLE_SERVICE, "sample_service")


@pytest.fixture(scope="session")
def main_job(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MainJob]:
    """The sample service after two whole runs; the second went over the first."""
    drill = Drill(tmp_path_factory.mktemp("main_job"), uuid.uuid4().hex, plugins=None)
    repository = drill.copy(SAMPLE_SERVICE, "sample_service")
    runs = tuple(drill.pytest(repository, "--pipeline", within_s=280) for _ in range(2))
    left = tuple(drill.belongings.running().values())
    yield MainJob(repository, runs, left)
    drill.belongings.end()


@pytest.fixture
def released(drill: Drill, main_job: MainJob) -> Repository:
    """The sample service after its second release to every environment."""
    if any(run.exit_code for run in main_job.runs):
        pytest.fail("the sample service could not be released")
    root = drill.folder / "sample_service"
    # Virtual environments know their place: they are installed anew.
    shutil.copytree(main_job.repository.root, root, ignore=shutil.ignore_patterns("venvs"))
    return Repository(root)


@pytest.fixture
def show(capsys: pytest.CaptureFixture[str]) -> Show:
    """Show tables whatever becomes of the test."""

    def show_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        table = Table(*columns, title=title, title_justify="left", box=None, pad_edge=False)
        for row in rows:
            table.add_row(*map(str, row))
        with capsys.disabled():
            console = Console(width=160, highlight=False, markup=False)
            console.print()
            console.print(table)

    return show_table
