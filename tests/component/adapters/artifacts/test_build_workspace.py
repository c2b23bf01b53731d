from __future__ import annotations

import os
from pathlib import Path

import pytest

from pytest_pipeline.adapters.build.workspace import copy_source
from pytest_pipeline.domain.path_names import write_path
from pytest_pipeline.errors import BuildError


@pytest.fixture
def root(tmp_path: Path) -> Path:
    service = tmp_path / "repo" / "services" / "orders"
    service.mkdir(parents=True)
    (service / "app.py").write_text("x")
    (tmp_path / "repo" / "top.txt").write_text("top")
    return service


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def test_inputs_keep_their_place_however_far_above_the_root(root: Path, work: Path) -> None:
    copy = copy_source(root, ["app.py", "../../top.txt"], work)

    assert copy.name == "orders"
    assert (copy / "app.py").read_text() == "x"
    assert (copy / "../../top.txt").read_text() == "top"
    assert copy.resolve().is_relative_to(work)
    assert (copy / "../../top.txt").resolve().is_relative_to(work)


def test_modes_are_what_git_would_make_them(root: Path, work: Path) -> None:
    (root / "app.py").chmod(0o600)
    (root / "run.sh").write_text("")
    (root / "run.sh").chmod(0o700)
    (root / "link").symlink_to("app.py")
    copy = copy_source(root, ["app.py", "run.sh", "link"], work)

    assert (copy / "app.py").stat().st_mode & 0o777 == 0o644
    assert (copy / "run.sh").stat().st_mode & 0o777 == 0o755
    assert (copy / "link").readlink() == Path("app.py")


def test_any_name_is_copied(root: Path, work: Path) -> None:
    name = os.fsdecode(b"caf\xe9\n\\.txt")
    (root / name).write_text("x")
    copy = copy_source(root, [write_path(name)], work)

    assert (copy / name).read_text() == "x"


def test_nothing_is_written_through_a_link(root: Path, work: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.py").write_text("theirs")
    (root / "lib").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(BuildError, match="behind a link"):
        copy_source(root, ["lib", "lib/a.py"], work)


def test_a_file_that_is_gone_is_named(root: Path, work: Path) -> None:
    with pytest.raises(BuildError, match=r"cannot copy .*gone\.py"):
        copy_source(root, ["gone.py"], work)
