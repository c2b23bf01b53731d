"""The revision: what exactly of the source was tested."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Revision:
    """Commit and content of the service root and its declared inputs, as they are.

    Attributes:
        commit: Commit id; None outside a git work tree.
        dirty: Whether the content differs from the commit; True outside a work tree.
        files: Path relative to the service root (inputs above it begin with ``../``) to the
            content's SHA-256 in hex; a link counts as its target's text, an executable
            file's digest ends in ``x``.
    """

    commit: str | None
    dirty: bool
    files: Mapping[str, str]

    @property
    def tree(self) -> str:
        """SHA-256 over the sorted file digests, as ``sha256:…``; what evidence is bound to."""
        return tree_digest(self.files)


def tree_digest(files: Mapping[str, str]) -> str:
    """Return the digest of a mapping of paths to content digests, as ``sha256:…``."""
    lines = "".join(f"{digest}  {path}\n" for path, digest in sorted(files.items()))
    return "sha256:" + hashlib.sha256(lines.encode()).hexdigest()


def changed_paths(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    """Return the paths that were added, removed or changed, sorted."""
    return tuple(
        sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
    )


def short_commit(commit: str) -> str:
    """Return the beginning of a commit id, enough to recognise it."""
    return commit[:_COMMIT_SHOWN]


#: Characters; enough to tell the commits of a large repository apart.
_COMMIT_SHOWN = 12
