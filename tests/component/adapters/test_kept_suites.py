"""The files of a service root, kept as they were."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pytest_pipeline.adapters.source_tree import DiskSourceTree, KeptSuites
from pytest_pipeline.adapters.source_tree.suites import KEPT
from pytest_pipeline.domain.revisions import Revision
from pytest_pipeline.errors import SourceError, SuiteError


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "service"
    (root / "tests").mkdir(parents=True)
    (root / "tests" / "test_it.py").write_text("1\n")
    (root / "build.sh").write_text("#!/bin/sh\n")
    (root / "build.sh").chmod(0o755)
    (root / "link.py").symlink_to("tests/test_it.py")
    (root / "caf\udce9.txt").write_text("not UTF-8\n")
    return root


@pytest.fixture
def suites(root: Path) -> KeptSuites:
    return KeptSuites(root, root / ".pipeline" / "suites")


def revision_of(root: Path) -> Revision:
    return DiskSourceTree().revision(root, inputs=(), excluded=())


def kept(suites: KeptSuites, root: Path, *, spare: tuple[str, ...] = ()) -> Revision:
    revision = revision_of(root)
    suites.keep("staging", revision, spare=spare)
    return revision


def test_the_files_of_a_revision_are_found_as_they_were(suites: KeptSuites, root: Path) -> None:
    revision = kept(suites, root)
    (root / "tests" / "test_it.py").write_text("2\n")

    found = suites.find("staging", revision.tree)

    assert (found / "tests" / "test_it.py").read_text() == "1\n"
    assert (found / "link.py").readlink() == Path("tests/test_it.py")
    assert os.access(found / "build.sh", os.X_OK)
    assert revision_of(found).tree == revision.tree
    assert revision_of(root).tree != revision.tree


def test_what_tools_leave_in_a_suite_does_not_alter_it(suites: KeptSuites, root: Path) -> None:
    revision = kept(suites, root)
    found = suites.find("staging", revision.tree)
    (found / "tests" / "__pycache__").mkdir()
    (found / "tests" / "__pycache__" / "test_it.pyc").write_text("")

    assert suites.find("staging", revision.tree) == found


@pytest.mark.parametrize(
    ("name", "told"),
    [
        pytest.param("files/tests/test_it.py", "tests/test_it.py", id="changed"),
        pytest.param("files/tests/conftest.py", "tests/conftest.py", id="added"),
        pytest.param("revision.json", "revision.json", id="index"),
    ],
)
def test_one_that_was_altered_is_refused_and_the_file_named(
    suites: KeptSuites, root: Path, name: str, told: str
) -> None:
    revision = kept(suites, root)
    place = suites.find("staging", revision.tree).parent
    (place / name).write_text("{}")

    with pytest.raises(SuiteError, match=f"altered since they were kept: {told} in "):
        suites.find("staging", revision.tree)


def test_one_that_lost_a_file_is_refused(suites: KeptSuites, root: Path) -> None:
    revision = kept(suites, root)
    (suites.find("staging", revision.tree) / "build.sh").unlink()

    with pytest.raises(SuiteError, match=r"altered since they were kept: build\.sh"):
        suites.find("staging", revision.tree)


def test_each_environment_has_its_own(suites: KeptSuites, root: Path) -> None:
    revision = kept(suites, root)

    with pytest.raises(SuiteError, match="were not kept for production"):
        suites.find("production", revision.tree)


def test_a_revision_that_is_not_at_hand_any_more_is_not_kept(
    suites: KeptSuites, root: Path
) -> None:
    revision = revision_of(root)
    (root / "tests" / "test_it.py").write_text("2\n")

    with pytest.raises(SourceError, match=r"changed during the run: tests/test_it\.py"):
        suites.keep("staging", revision, spare=())

    assert not list((root / ".pipeline" / "suites" / "staging").iterdir())


def test_old_ones_are_deleted_but_for_those_that_are_needed(suites: KeptSuites, root: Path) -> None:
    first = kept(suites, root)
    for number in range(KEPT + 3):
        (root / "tests" / "test_it.py").write_text(f"{number + 2}\n")
        last = kept(suites, root, spare=(first.tree,))

    left = list((root / ".pipeline" / "suites" / "staging").iterdir())
    assert len(left) == KEPT + 2
    assert suites.find("staging", first.tree).is_dir()
    assert suites.find("staging", last.tree).is_dir()
