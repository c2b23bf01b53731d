"""What acceptance tests share: the sample service as a user gets it, and tables on the terminal."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table

from tests.e2e.drills.drill import SAMPLE_SERVICE, Drill
from tests.e2e.drills.repository import Repository

#: Shows a table: its title, its columns, its rows.
Show = Callable[[str, Sequence[str], Sequence[Sequence[object]]], None]


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
