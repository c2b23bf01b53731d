from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pytest_pipeline.adapters.build import ServiceBuilder
from pytest_pipeline.adapters.processes import GuardedProcesses
from pytest_pipeline.adapters.source_tree import DiskSourceTree
from pytest_pipeline.adapters.system_clock import SystemClock
from pytest_pipeline.adapters.uv_binary import find_uv
from pytest_pipeline.domain.artifacts import Manifest
from pytest_pipeline.domain.revisions import Revision
from pytest_pipeline.domain.services import BuildSpec, WheelBuild

Build = Callable[..., tuple[Manifest, Path]]


def read_revision(root: Path) -> Revision:
    return DiskSourceTree().revision(root, inputs=["../shared"], excluded=[])


@pytest.fixture(scope="session")
def processes() -> Iterator[GuardedProcesses]:
    guarded = GuardedProcesses(clock=SystemClock())
    yield guarded
    guarded.close()


def lay_out(repository: Path) -> Path:
    """Lay out a service whose builder writes into its source folder, with an input beside it."""
    service = repository / "service"
    (service / "src" / "demo").mkdir(parents=True)
    (service / "src" / "demo" / "__init__.py").write_text("def main(): print('demo runs')\n")
    (service / "pyproject.toml").write_text(
        """
[build-system]
requires = ["setuptools>=68"]
build-backend = "setuptools.build_meta"

[project]
name = "demo-service"
version = "1.0"
dependencies = ["h11==0.16.0", "colorama; sys_platform == 'win32'"]
optional-dependencies.test = ["pytest"]
scripts.demo = "demo:main"
"""
    )
    (repository / "shared").mkdir()
    (repository / "shared" / "text.txt").write_text("shared\n")
    return service


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return lay_out(tmp_path / "repo")


@pytest.fixture
def build(root: Path, tmp_path: Path, processes: GuardedProcesses) -> Build:
    """Build the service once more, each time into a new folder."""

    def build(spec: BuildSpec | None = None, *, tree: str = "") -> tuple[Manifest, Path]:
        into = tmp_path / f"output{len(list(tmp_path.iterdir()))}"
        into.mkdir()
        builder = ServiceBuilder(processes, SystemClock(), revise=read_revision, find_uv=find_uv)
        manifest = builder.build(
            root,
            spec or WheelBuild(),
            name="demo",
            tree=tree or read_revision(root).tree,
            into=into,
        )
        return manifest, into

    return build


@pytest.fixture(scope="session")
def artifact(
    tmp_path_factory: pytest.TempPathFactory, processes: GuardedProcesses
) -> tuple[Manifest, Path]:
    """The service's wheel and lock, built once for all; not to be written to."""
    service, into = lay_out(tmp_path_factory.mktemp("repo")), tmp_path_factory.mktemp("artifact")
    builder = ServiceBuilder(processes, SystemClock(), revise=read_revision, find_uv=find_uv)
    tree = read_revision(service).tree
    return builder.build(service, WheelBuild(), name="demo", tree=tree, into=into), into
