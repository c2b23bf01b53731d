"""Evidence and revisions as files, which a CI system can pass from job to job."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from pytest_pipeline.domain.evidence import Evidence, evidence_from_json
from pytest_pipeline.domain.revisions import Revision, tree_digest
from pytest_pipeline.errors import EvidenceError, StateError

_HEX_SHOWN = 16


class EvidenceFolder:
    """The `EvidenceStore` of a folder.

    ::

        evidence/<stage>/<tree>-<artifact>.json    first 16 digits of each; "none" for no artifact
        revisions/<tree>.json                      path to digest of every file

    Args:
        folder: The state folder; made when the first evidence is added.
    """

    def __init__(self, folder: Path) -> None:
        self._evidence = folder.absolute() / "evidence"
        self._revisions = folder.absolute() / "revisions"

    def add(self, evidence: Evidence, revision: Revision) -> None:
        """Store evidence and the files of its revision; see the port.

        Raises:
            ValueError: If the evidence is of another revision.
        """
        if evidence.revision_tree != revision.tree:
            raise ValueError(
                f"evidence of revision {evidence.revision_tree} was given with the files of "
                f"{revision.tree}"
            )
        written = {"commit": revision.commit, "dirty": revision.dirty, "files": {**revision.files}}
        _replace(self._revision_path(revision.tree), json.dumps(written, sort_keys=True))
        path = self._path(evidence.stage, evidence.revision_tree, evidence.artifact)
        _replace(path, _written(evidence))

    def latest(self, stage: str) -> Evidence | None:
        """Return the newest evidence of a stage; see the port.

        Its own word on the time counts: files that were passed on have lost theirs.
        """
        return next(iter(self.every(stage)), None)

    def every(self, stage: str) -> tuple[Evidence, ...]:
        """Return all evidence of a stage, the newest first; see the port."""
        paths = sorted(self._folder(stage).glob("*.json"))
        found = [each for path in paths if (each := _read(path)) is not None]
        return tuple(sorted(found, key=lambda each: each.created, reverse=True))

    def find(self, stage: str, tree: str, artifact: str | None) -> Evidence | None:
        """Return the evidence of a stage for this very revision and artifact; see the port."""
        found = _read(self._path(stage, tree, artifact))
        if found is None:
            return None
        bound_to = (found.stage, found.revision_tree, found.artifact)
        return found if bound_to == (stage, tree, artifact) else None

    def revision_files(self, tree: str) -> Mapping[str, str] | None:
        """Return the files of a revision; None if they are not here or not those of the digest."""
        try:
            data = json.loads(self._revision_path(tree).read_text(encoding="utf-8"))
            files = {str(path): str(digest) for path, digest in data["files"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        return files if tree_digest(files) == tree else None

    def _folder(self, stage: str) -> Path:
        return self._evidence / quote(stage, safe="").replace(".", "%2E")

    def _path(self, stage: str, tree: str, artifact: str | None) -> Path:
        return self._folder(stage) / f"{_short(tree)}-{_short(artifact or 'none')}.json"

    def _revision_path(self, tree: str) -> Path:
        return self._revisions / f"{quote(tree.removeprefix('sha256:'), safe='')}.json"


def _written(evidence: Evidence) -> str:
    """Return evidence as it is kept; `_read` is the other half, and no other place knows."""
    return evidence.to_json()


def _read(path: Path) -> Evidence | None:
    try:
        return evidence_from_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise EvidenceError(
            f"cannot read the evidence {path}: {error}; fetch it anew from the job that wrote it, "
            "or delete it and run its stage again"
        ) from error


def _short(digest: str) -> str:
    return quote(digest.removeprefix("sha256:")[:_HEX_SHOWN], safe="")


def _replace(path: Path, text: str) -> None:
    """Write a file so that readers, and a crash, find the whole text or the earlier one."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=path.parent, prefix=".writing-", delete=False
        ) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).chmod(0o644)
            Path(file.name).replace(path)
    except OSError as error:
        raise StateError(
            f"cannot write {path}: {error.strerror}; make the folder writable and see to free space"
        ) from error
