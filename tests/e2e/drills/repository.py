"""A service in a git repository of its own, which a test may change."""

from __future__ import annotations

import shutil
import subprocess
import textwrap
from dataclasses import dataclass
from pathlib import Path

_IGNORED = ("__pycache__", ".pipeline", ".pytest_cache", ".ruff_cache", ".mypy_cache", "*.egg-info")
_GIT_S = 30


@dataclass(frozen=True)
class Repository:
    """A service root at the top of a git repository.

    Attributes:
        root: The folder.
    """

    root: Path

    @property
    def state(self) -> Path:
        """Its state folder."""
        return self.root / ".pipeline"

    def write(self, name: str, content: str) -> None:
        """Write a file, with its folders; indentation common to all lines is taken off."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(content), encoding="utf-8")

    def replace(self, name: str, old: str, new: str) -> None:
        """Replace a text that occurs in a file.

        Raises:
            ValueError: If it does not occur.
        """
        path = self.root / name
        before = path.read_text(encoding="utf-8")
        if old not in before:
            raise ValueError(f"{path} does not hold {old!r}")
        path.write_text(before.replace(old, new), encoding="utf-8")

    def append(self, name: str, content: str) -> None:
        """Add to the end of a file; indentation common to all lines is taken off."""
        path = self.root / name
        before = path.read_text(encoding="utf-8")
        path.write_text(before + textwrap.dedent(content), encoding="utf-8")

    def commit(self, message: str = "Change") -> str:
        """Commit everything and return the commit."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)
        return self.git("rev-parse", "HEAD")

    def git(self, *arguments: str) -> str:
        """Run git in the repository and return what it says."""
        who = ("-c", "user.name=Drill", "-c", "user.email=drill@example.org")
        done = subprocess.run(
            ["git", *who, "-c", "commit.gpgsign=false", *arguments],
            cwd=self.root,
            check=True,
            capture_output=True,
            text=True,
            timeout=_GIT_S,
        )
        return done.stdout.strip()


def copy_service(source: Path, into: Path) -> Repository:
    """Copy a service to a new folder and commit it to a git repository there."""
    shutil.copytree(source, into, ignore=shutil.ignore_patterns(*_IGNORED))
    repository = Repository(into)
    ignored = repository.root / ".gitignore"
    ignored.write_text("__pycache__/\n.pytest_cache/\n.pipeline/\n*.egg-info/\n", encoding="utf-8")
    repository.git("init", "--quiet")
    repository.commit("Begin")
    return repository
