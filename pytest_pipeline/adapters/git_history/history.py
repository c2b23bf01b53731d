"""Finds the commit that a change is compared with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from pytest_pipeline.adapters.git_history.changed_lines import read_changed_lines
from pytest_pipeline.adapters.git_history.commands import asked
from pytest_pipeline.errors import BaselineError

_DEFAULT_NAMES = ("main", "master")
_FETCH_ALL = (
    "git fetch --unshallow (in CI: fetch-depth: 0 for actions/checkout, GIT_DEPTH: 0 for GitLab)"
)


class GitHistory:
    """The `History` of a git work tree; the service root may be a sub-folder of it."""

    def merge_base(self, root: Path, base: str | None) -> str:
        """Return the commit where the branch left its base; see the port.

        A shallow clone is always refused: a merge base found in a part of the history need not
        be the merge base.
        """
        head = _head(root)
        if asked(root, "rev-parse", "--is-shallow-repository") == "true":
            raise BaselineError(
                f"{root} is in a shallow clone: where the branch began cannot be told from a part "
                f"of the history; run {_FETCH_ALL}"
            )
        name, tip = _tip(root, base)
        found = asked(root, "merge-base", head, tip)
        if not found:
            raise BaselineError(
                f"this branch and {name} have no commit in common; name the branch that it left: "
                "[source] base"
            )
        return _first_parent(root, head, name) if found == head else found

    def changed_lines(self, root: Path, commit: str) -> Mapping[str, frozenset[int]]:
        """Return the lines that differ from a commit; see the port."""
        _head(root)
        if asked(root, "rev-parse", "--quiet", "--verify", f"{commit}^{{commit}}") is None:
            raise BaselineError(
                f"commit {commit} is not in this clone: run git fetch --unshallow, or "
                "git fetch origin if the clone is whole"
            )
        return read_changed_lines(root, commit)

    def is_ancestor(self, root: Path, commit: str, *, of: str) -> bool:
        """Return whether a commit comes before another one; see the port.

        A commit that is not in this clone may come before or after any.
        """
        _head(root)
        for each in (commit, of):
            if asked(root, "rev-parse", "--quiet", "--verify", f"{each}^{{commit}}") is None:
                raise BaselineError(f"commit {each[:12]} is not in this clone: run {_FETCH_ALL}")
        if asked(root, "merge-base", "--is-ancestor", commit, of) is not None:
            return commit != of
        if asked(root, "rev-parse", "--is-shallow-repository") == "true":
            raise BaselineError(
                f"{root} is in a shallow clone: which commit comes first cannot be told from a "
                f"part of the history; run {_FETCH_ALL}"
            )
        return False


def _head(root: Path) -> str:
    if asked(root, "rev-parse", "--is-inside-work-tree") != "true":
        raise BaselineError(
            f"{root} is in no git work tree: what a change is compared with is told by git; "
            "run `git init` and commit, or take out what refers to the merge base"
        )
    head = asked(root, "rev-parse", "--quiet", "--verify", "HEAD^{commit}")
    if not head:
        raise BaselineError(
            f"there is no commit in {root} yet, so nothing to compare with: commit first"
        )
    return head


def _tip(root: Path, base: str | None) -> tuple[str, str]:
    """Return the base as people call it, and the commit that it is at."""
    for name in _candidates(root, base):
        commit = asked(root, "rev-parse", "--quiet", "--verify", f"{name}^{{commit}}")
        if commit:
            return name.removeprefix("refs/remotes/").removeprefix("refs/heads/"), commit
    if base is not None:
        raise BaselineError(
            f"[source] base: got {base!r}, which is no branch here, neither of origin nor local; "
            f"run git fetch origin {base}:refs/remotes/origin/{base}, or correct it"
        )
    raise BaselineError(
        "there is no origin/HEAD, and no branch main or master, to compare with; run "
        "git fetch origin main:refs/remotes/origin/main, or name the branch: [source] base"
    )


def _candidates(root: Path, base: str | None) -> Iterator[str]:
    if base is not None:
        # a local branch of that name may be weeks behind
        yield f"refs/remotes/origin/{base}"
        yield f"refs/heads/{base}"
        if not base.startswith("-"):
            yield base
        return
    default = asked(root, "symbolic-ref", "--quiet", "refs/remotes/origin/HEAD")
    if default:
        yield default
    for place in ("refs/remotes/origin", "refs/heads"):
        yield from (f"{place}/{name}" for name in _DEFAULT_NAMES)


def _first_parent(root: Path, head: str, base: str) -> str:
    parent = asked(root, "rev-parse", "--quiet", "--verify", f"{head}^1")
    if parent is None:
        raise BaselineError(
            f"{head[:12]} is the first commit of {base}: there is none before it to compare with; "
            "commit once more, or take out what refers to the merge base"
        )
    return parent
