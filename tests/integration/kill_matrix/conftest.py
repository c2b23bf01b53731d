"""Where killed worlds are, and who kills."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.kill_matrix.controllers import Controllers

_MEMORY = Path("/dev/shm")  # noqa: S108 - a place, no file name


@pytest.fixture
def worlds(tmp_path: Path) -> Iterator[Path]:
    """Where worlds are: in memory if there is such a place, for a kill loses no file."""
    if not os.access(_MEMORY, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=_MEMORY) as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def controllers() -> Iterator[Controllers]:
    """Starts controllers."""
    with Controllers() as made:
        yield made
