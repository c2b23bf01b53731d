"""Has the files of a commit in a folder apart for a while."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pytest_pipeline.adapters.git_history.commands import asked, git
from pytest_pipeline.errors import BaselineError

_CHECK_OUT_S = 300.0


class GitWorkTrees:
    """Implements `engine.ports.WorkTrees` with ``git worktree``."""

    @contextmanager
    def checked_out(self, root: Path, commit: str) -> Iterator[Path]:
        """Yield the service root as it was in a commit; see the port."""
        prefix = asked(root, "rev-parse", "--show-prefix")
        if prefix is None:
            raise BaselineError(f"{root} is in no git work tree: run it where `git status` works")
        folder = Path(tempfile.mkdtemp(prefix="pipeline-baseline-")).resolve()
        tree = folder / "tree"
        try:
            git(root, "worktree", "add", "--quiet", "--detach", str(tree), commit,
                timeout_s=_CHECK_OUT_S)  # fmt: skip
            there = tree / prefix
            if not there.is_dir():
                raise BaselineError(
                    f"there was no folder {prefix} in commit {commit[:12]}: the service is newer, "
                    "so nothing can be measured there"
                )
            yield there
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            with suppress(BaselineError):
                git(root, "worktree", "prune")
