"""What end-to-end tests share: drills, and a service that is small enough for many of them.

::

    def test_it(drill: Drill, tiny: Repository) -> None:   # or `released`: tiny, released once
        tiny.append("pipeline.toml", "...")
        run = drill.pytest(tiny, "--pipeline")

        assert run.exit_code == 0, str(run)
        assert not drill.belongings.running()
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.drills.drill import SERVICES, Drill
from tests.e2e.drills.repository import Repository

#: The services' own tests are run by the pipelines that are tested, never by this session.
collect_ignore = ["services"]


@pytest.fixture
def drill(tmp_path: Path) -> Iterator[Drill]:
    """A place for pipelines; whatever a test leaves running there is killed."""
    made = Drill(tmp_path, uuid.uuid4().hex)
    yield made
    made.belongings.end()


@pytest.fixture
def tiny(drill: Drill) -> Repository:
    """The tiny service, in a git repository of its own."""
    return drill.copy(SERVICES / "tiny")


@pytest.fixture(scope="session")
def _released_once(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    drill = Drill(tmp_path_factory.mktemp("released"), uuid.uuid4().hex)
    repository = drill.copy(SERVICES / "tiny")
    try:
        run = drill.pytest(repository, "--pipeline")
    finally:
        drill.belongings.end()
    if run.exit_code:
        raise AssertionError(f"the tiny service could not be released: {run}")
    return repository


@pytest.fixture
def released(drill: Drill, _released_once: Repository) -> Repository:
    """The tiny service after its first release to every environment."""
    root = drill.folder / "service"
    shutil.copytree(_released_once.root, root)
    return Repository(root)
