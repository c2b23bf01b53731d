from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from pytest_pipeline.adapters.source_tree import DiskSourceTree
from pytest_pipeline.domain.revisions import Revision, changed_paths
from pytest_pipeline.errors import SourceError


@pytest.fixture(autouse=True)
def nobodys_git(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, os.devnull)


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    allowed = ("-c", "protocol.file.allow=always", "-c", "init.defaultBranch=main")
    subprocess.run(
        ["git", *identity, *allowed, *arguments], cwd=folder, check=True, capture_output=True
    )


def write(path: Path, text: str = "x = 1\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A committed service in a sub-folder of its repository."""
    service = tmp_path / "repo" / "service"
    write(service / "app.py")
    write(service / "tests" / "test_app.py")
    write(service / ".gitignore", "secret.txt\ngenerated/\n")
    write(tmp_path / "repo" / "shared" / "util.py")
    write(tmp_path / "repo" / "other.py")
    git(tmp_path / "repo", "init")
    git(tmp_path / "repo", "add", "-A")
    git(tmp_path / "repo", "commit", "-m", "first")
    return service


def read(root: Path, *, inputs: Sequence[str] = (), excluded: Sequence[Path] = ()) -> Revision:
    return DiskSourceTree().revision(root, inputs=inputs, excluded=excluded)


def test_a_committed_service_is_clean_and_holds_only_its_own_files(root: Path) -> None:
    revision = read(root)

    assert sorted(revision.files) == [".gitignore", "app.py", "tests/test_app.py"]
    assert revision.commit is not None
    assert len(revision.commit) == 40
    assert revision.dirty is False


def test_content_counts_and_modification_times_do_not(root: Path) -> None:
    before = read(root)
    os.utime(root / "app.py", (1, 1))
    touched = read(root)
    write(root / "app.py", "x = 2\n")
    edited = read(root)

    assert (touched.tree, touched.dirty) == (before.tree, False)
    assert edited.tree != before.tree
    assert edited.dirty is True
    assert changed_paths(before.files, edited.files) == ("app.py",)


def test_new_and_deleted_files_count_before_they_are_committed(root: Path) -> None:
    before = read(root)
    write(root / "new.py")
    (root / "tests" / "test_app.py").unlink()
    after = read(root)

    assert changed_paths(before.files, after.files) == ("new.py", "tests/test_app.py")
    assert after.dirty is True


@pytest.mark.parametrize(
    "name",
    [
        "secret.txt",
        ".pipeline/ledger.db",
        "inner/.pipeline/ledger.db",
        "__pycache__/app.cpython-311.pyc",
        "stray.pyc",
        ".coverage",
        ".coverage.host.1",
        "venv/lib/site.py",
        "node_modules/x/index.js",
    ],
)
def test_what_git_ignores_or_tools_write_does_not_count(root: Path, name: str) -> None:
    before = read(root)
    write(root / name)

    assert read(root) == before


@pytest.mark.parametrize("name", [".coveragerc", "node_modules/vendored.js"])
def test_what_git_tracks_counts_whatever_its_name(root: Path, name: str) -> None:
    write(root / name)
    git(root, "add", "-A")

    assert name in read(root).files


def test_changes_beside_the_service_do_not_count(root: Path) -> None:
    before = read(root)
    write(root.parent / "other.py", "x = 3\n")

    assert read(root) == before


def test_files_that_the_tool_was_told_to_write_do_not_count(root: Path) -> None:
    before = read(root)
    report = write(root / "reports" / "junit.xml")

    assert read(root, excluded=[report]) == before
    assert read(root, excluded=[report.parent]) == before
    assert read(root) != before


def test_the_executable_bit_and_a_links_target_count(root: Path) -> None:
    (root / "run.sh").symlink_to("app.py")
    plain = read(root)
    (root / "app.py").chmod(0o755)
    (root / "run.sh").unlink()
    (root / "run.sh").symlink_to("tests")
    after = read(root)

    assert after.files["app.py"] == plain.files["app.py"] + "x"
    assert changed_paths(plain.files, after.files) == ("app.py", "run.sh")


def test_declared_inputs_count_under_their_relative_path(root: Path) -> None:
    before = read(root, inputs=["../shared", "../other.py"])
    write(root.parent / "shared" / "util.py", "x = 9\n")
    after = read(root, inputs=["../shared", "../other.py"])

    assert {"../shared/util.py", "../other.py"} <= before.files.keys()
    assert before.dirty is False
    assert after.dirty is True
    assert changed_paths(before.files, after.files) == ("../shared/util.py",)


def test_an_input_that_git_ignores_counts_and_makes_the_revision_dirty(root: Path) -> None:
    write(root / "generated" / "api.py")

    revision = read(root, inputs=["generated"])

    assert "generated/api.py" in revision.files
    assert revision.dirty is True


def test_an_input_that_holds_the_root_gives_every_file_one_key(root: Path) -> None:
    revision = read(root, inputs=[".."])

    assert {"app.py", "../other.py", "../shared/util.py"} <= revision.files.keys()
    assert not any(path.startswith("../service") for path in revision.files)


def test_a_linked_input_counts_as_what_it_leads_to(root: Path, tmp_path: Path) -> None:
    write(tmp_path / "elsewhere" / "lib.py")
    (root / "lib").symlink_to(tmp_path / "elsewhere")

    files = read(root, inputs=["lib"]).files

    assert "lib/lib.py" in files
    assert "lib" not in files


def test_a_missing_input_is_named(root: Path) -> None:
    with pytest.raises(SourceError, match=r"input '\.\./nowhere' does not exist"):
        read(root, inputs=["../nowhere"])


def test_submodules_and_nested_work_trees_count_with_their_files(
    root: Path, tmp_path: Path
) -> None:
    library = tmp_path / "library"
    write(library / "lib.py")
    git(library, "init")
    git(library, "add", "-A")
    git(library, "commit", "-m", "library")
    git(root, "submodule", "add", str(library), "sub")
    git(tmp_path, "clone", str(library), str(root / "nested"))

    files = read(root).files

    assert {"sub/lib.py", "nested/lib.py"} <= files.keys()


def test_names_that_are_not_utf8_count(root: Path) -> None:
    Path(os.fsdecode(os.fsencode(root) + b"/caf\xe9.txt")).write_text("x")
    (root / "two\nlines").write_text("x")

    revision = read(root)

    assert {r"caf\xe9.txt", r"two\nlines"} <= revision.files.keys()
    assert revision.tree.startswith("sha256:")


def test_before_the_first_commit_there_is_no_commit(tmp_path: Path) -> None:
    write(tmp_path / "app.py")
    git(tmp_path, "init")

    revision = read(tmp_path)

    assert (revision.commit, revision.dirty, sorted(revision.files)) == (None, True, ["app.py"])


def test_the_environment_of_a_git_hook_does_not_lead_elsewhere(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = read(root)
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "no-index"))

    assert read(root) == before


def test_outside_of_git_every_file_counts_but_what_tools_write(tmp_path: Path) -> None:
    for name in ("app.py", "pkg/mod.py", ".venv/x.py", "demo.egg-info/PKG", ".mypy_cache/a"):
        write(tmp_path / name)
    (tmp_path / "link").symlink_to("pkg")
    os.mkfifo(tmp_path / "pipe")

    revision = read(tmp_path)

    assert sorted(revision.files) == ["app.py", "link", "pkg/mod.py"]
    assert (revision.commit, revision.dirty) == (None, True)


def test_a_root_that_git_ignores_as_a_whole_is_read_as_files(root: Path) -> None:
    write(root / "generated" / "app.py")

    assert sorted(read(root / "generated").files) == ["app.py"]


def test_a_foreign_work_tree_is_refused_with_the_remedy(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")

    with pytest.raises(SourceError, match=r"git config --global --add safe\.directory '/"):
        read(root)


def test_without_git_a_work_tree_is_refused_and_a_folder_is_read(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "plain" / "app.py")
    monkeypatch.setenv("PATH", str(tmp_path / "plain"))

    assert sorted(read(tmp_path / "plain").files) == ["app.py"]
    with pytest.raises(SourceError, match="no `git` on PATH"):
        read(root)


def test_a_damaged_work_tree_is_refused(root: Path) -> None:
    shutil.rmtree(root.parent / ".git" / "objects")

    with pytest.raises(SourceError, match="repair the work tree"):
        read(root)


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs Linux's /proc")
def test_an_unreadable_file_is_named(root: Path) -> None:
    (root / "memory").symlink_to("/proc/self/mem")

    with pytest.raises(SourceError, match=r"cannot read /proc/.*make it readable"):
        read(root, inputs=["memory"])


def test_git_is_left_without_a_trace(root: Path) -> None:
    index = root.parent / ".git" / "index"
    os.utime(root / "app.py", (1, 1))
    before = index.stat().st_mtime_ns, index.read_bytes()
    read(root)

    assert (index.stat().st_mtime_ns, index.read_bytes()) == before


def test_five_thousand_files_take_less_than_a_second(root: Path) -> None:
    for number in range(5000):
        write(root / f"d{number % 50}" / f"f{number}.py", f"x = {number}\n" * 100)
    git(root, "add", "-A")
    git(root, "commit", "-m", "many")

    # Processor time, git's included: the wall's is that of whatever else runs here.
    before_s = sum(os.times()[:4])
    revision = read(root)
    spent_s = sum(os.times()[:4]) - before_s

    assert len(revision.files) == 5003
    assert spent_s < 1.0
