"""The history against real git: where a branch began, what it changed, and what it refuses."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from pytest_pipeline.adapters.git_history import GitHistory, GitWorkTrees
from pytest_pipeline.errors import BaselineError


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.invalid")
    settings = ("-c", "init.defaultBranch=main", "-c", "commit.gpgSign=false")
    done = subprocess.run(
        ["git", *identity, *settings, *arguments],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.stdout.strip()


def commit(folder: Path, **files: str) -> str:
    for name, content in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    git(folder, "add", "-A")
    git(folder, "commit", "--quiet", "--allow-empty", "-m", "change")
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "--quiet")
    commit(folder, service__code="one\ntwo\nthree\n", other="other\n")
    return folder


@pytest.fixture
def branch(repository: Path) -> Path:
    git(repository, "checkout", "--quiet", "-b", "topic")
    commit(repository, service__more="1\n2\n")
    return repository


def test_a_branch_is_compared_with_where_it_left_the_base(branch: Path) -> None:
    began = git(branch, "rev-parse", "main")
    git(branch, "checkout", "--quiet", "main")
    commit(branch, other="went on\n")
    git(branch, "checkout", "--quiet", "topic")

    found = GitHistory().merge_base(branch / "service", None)

    assert found == began


def test_the_base_branch_is_compared_with_its_first_parent(repository: Path) -> None:
    before = git(repository, "rev-parse", "HEAD")
    commit(repository, other="went on\n")

    assert GitHistory().merge_base(repository, None) == before


def test_the_base_of_the_remote_counts_rather_than_a_stale_local_one(
    repository: Path, tmp_path: Path
) -> None:
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", str(repository), str(clone))
    commit(repository, other="newer\n")
    git(clone, "fetch", "--quiet")
    git(clone, "checkout", "--quiet", "-b", "topic", "origin/main")
    commit(clone, other="topic\n")
    newer = git(repository, "rev-parse", "HEAD")

    assert GitHistory().merge_base(clone, None) == newer
    assert GitHistory().merge_base(clone, "main") == newer


def test_the_default_branch_of_the_remote_may_have_any_name(
    repository: Path, tmp_path: Path
) -> None:
    git(repository, "branch", "-m", "trunk")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", str(repository), str(clone))
    began = git(clone, "rev-parse", "HEAD")
    git(clone, "checkout", "--quiet", "-b", "topic")
    commit(clone, other="topic\n")

    assert GitHistory().merge_base(clone, None) == began


def test_a_shallow_clone_is_refused_with_its_remedy(branch: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{branch}", str(clone))

    with pytest.raises(BaselineError, match=r"shallow clone.*git fetch --unshallow.*fetch-depth"):
        GitHistory().merge_base(clone, None)


def test_a_base_that_does_not_exist_is_refused_with_its_remedy(branch: Path) -> None:
    with pytest.raises(BaselineError, match=r"'develop', which is no branch.*fetch origin develop"):
        GitHistory().merge_base(branch, "develop")


def test_a_repository_without_a_usual_base_has_to_name_it(branch: Path) -> None:
    git(branch, "branch", "-m", "main", "trunk")

    with pytest.raises(BaselineError, match=r"no branch main or master.*\[source\] base"):
        GitHistory().merge_base(branch, None)

    assert GitHistory().merge_base(branch, "trunk") == git(branch, "rev-parse", "trunk")


def test_the_first_commit_has_nothing_before_it(repository: Path) -> None:
    with pytest.raises(BaselineError, match="first commit of main"):
        GitHistory().merge_base(repository, None)


def test_branches_without_a_common_commit_are_refused(repository: Path) -> None:
    git(repository, "checkout", "--quiet", "--orphan", "apart")
    commit(repository, other="apart\n")

    with pytest.raises(BaselineError, match="no commit in common"):
        GitHistory().merge_base(repository, None)


def test_a_repository_without_a_commit_is_refused(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")

    with pytest.raises(BaselineError, match="no commit in"):
        GitHistory().merge_base(tmp_path, None)


def test_a_folder_outside_of_any_work_tree_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BaselineError, match="no git work tree"):
        GitHistory().merge_base(tmp_path, None)


def test_a_machine_without_git_is_refused(branch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(branch))

    with pytest.raises(BaselineError, match=r"no `git` on PATH.*install git"):
        GitHistory().merge_base(branch, None)


def test_a_work_tree_of_somebody_else_is_named_with_its_remedy(
    branch: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give folders away")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for path in (branch, *branch.rglob("*")):
        os.chown(path, 12345, 12345)

    with pytest.raises(BaselineError, match=r"does not trust.*safe.directory"):
        GitHistory().merge_base(branch, None)


def test_changed_lines_are_those_below_the_root_committed_or_not(branch: Path) -> None:
    (branch / "service/code").write_text("one\nTWO\nthree\nfour\n")
    (branch / "service/a name \"with' \tall\n").write_text("new\nlines\n")
    (branch / "service/binary").write_bytes(b"\0\1\n")
    (branch / "other").write_text("outside\n")

    changed = GitHistory().changed_lines(branch / "service", git(branch, "rev-parse", "main"))

    assert changed == {
        "code": {2, 4},
        "more": {1, 2},
        "a name \"with' \tall\n": {1, 2},
    }


def test_changed_lines_are_the_same_whatever_the_user_set_for_diffs(branch: Path) -> None:
    numbered = "".join(f"{number}\n" for number in range(9))
    start = commit(branch, service__code=numbered)
    (branch / "service/code").write_text(numbered.replace("2\n", "x\n").replace("6\n", "y\n"))
    for setting in (
        "diff.interHunkContext=9",
        "diff.context=9",
        "diff.noprefix=true",
        "color.ui=always",
        "diff.external=/bin/true",
    ):
        git(branch, "config", *setting.split("=", 1))

    assert GitHistory().changed_lines(branch / "service", start) == {"code": {3, 7}}


def test_files_that_are_gone_or_only_lost_lines_have_no_changed_lines(branch: Path) -> None:
    (branch / "service/code").write_text("one\nthree\n")
    (branch / "service/more").unlink()

    assert GitHistory().changed_lines(branch / "service", "HEAD") == {}


def test_a_commit_that_is_not_there_is_refused(branch: Path) -> None:
    with pytest.raises(BaselineError, match="git fetch --unshallow"):
        GitHistory().changed_lines(branch, "1" * 40)


def test_a_work_tree_holds_the_files_of_the_commit_and_leaves_nothing(branch: Path) -> None:
    trees = GitWorkTrees()
    with trees.checked_out(branch / "service", git(branch, "rev-parse", "main")) as there:
        held = sorted(path.name for path in there.iterdir())

    assert held == ["code"]
    assert not there.exists()
    assert not there.is_relative_to(branch)
    assert git(branch, "worktree", "list").count("\n") == 0
    assert git(branch, "status", "--porcelain") == ""


def test_a_work_tree_is_removed_after_an_interrupt(branch: Path) -> None:
    def interrupted() -> None:
        with GitWorkTrees().checked_out(branch, "main") as there:
            seen.append(there)
            raise KeyboardInterrupt

    seen: list[Path] = []
    with pytest.raises(KeyboardInterrupt):
        interrupted()

    assert not seen[0].exists()
    assert git(branch, "worktree", "list").count("\n") == 0


def test_a_service_that_the_commit_did_not_have_is_refused(branch: Path) -> None:
    start = git(branch, "rev-parse", "HEAD")
    commit(branch, newer__code="new\n")

    with (
        pytest.raises(BaselineError, match="no folder newer/ in commit"),
        GitWorkTrees().checked_out(branch / "newer", start),
    ):
        pass


def test_which_of_two_commits_comes_first_is_told(branch: Path) -> None:
    base, tip = git(branch, "rev-parse", "main"), git(branch, "rev-parse", "topic")
    git(branch, "checkout", "--quiet", "main")
    beside = commit(branch, other="went on\n")
    history = GitHistory()

    assert history.is_ancestor(branch, base, of=tip)
    assert not history.is_ancestor(branch, tip, of=base)
    assert not history.is_ancestor(branch, tip, of=tip)
    assert not history.is_ancestor(branch, beside, of=tip)


def test_a_commit_that_is_not_in_the_clone_may_come_before_any(branch: Path) -> None:
    tip = git(branch, "rev-parse", "topic")

    with pytest.raises(BaselineError, match=r"commit 1{12} is not in this clone: run git fetch"):
        GitHistory().is_ancestor(branch, tip, of="1" * 40)


def test_which_commit_comes_first_is_not_told_from_a_part_of_the_history(
    branch: Path, tmp_path: Path
) -> None:
    base, tip = git(branch, "rev-parse", "main"), git(branch, "rev-parse", "topic")
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{branch}", str(shallow))
    git(shallow, "fetch", "--quiet", "--depth=1", "origin", base)

    with pytest.raises(BaselineError, match="shallow clone"):
        GitHistory().is_ancestor(shallow, base, of=tip)
