"""The artifact: a manifest of what was built, named by its digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Manifest:
    """What was built, so that the same bytes can be recognised everywhere.

    Attributes:
        name: Name of the service.
        kind: ``wheel`` or ``command``.
        files: Path inside the artifact folder to SHA-256 in hex, with ``x`` behind it for an
            executable file and ``l`` for a link (its target's text); the hash-pinned lock of all
            dependencies is one of them (``requirements.lock``).
        python: Python version that the lock is for, such as ``3.11``; None where Python plays
            no part.
        revision_tree: Digest of the revision's tree that it was built from.
    """

    name: str
    kind: str
    files: Mapping[str, str]
    python: str | None
    revision_tree: str

    def to_json(self) -> str:
        """Return the canonical text whose digest names the artifact."""
        return json.dumps(
            {
                "files": dict(self.files),
                "kind": self.kind,
                "name": self.name,
                "python": self.python,
                "revision_tree": self.revision_tree,
            },
            sort_keys=True,
            separators=(",", ":"),
        )

    @property
    def digest(self) -> str:
        """Name of the artifact, ``sha256:…``."""
        return "sha256:" + hashlib.sha256(self.to_json().encode()).hexdigest()


def manifest_from_json(text: str) -> Manifest:
    """Read a manifest.

    Raises:
        ValueError: If the text is not a manifest; also json's and missing keys' errors.
    """
    try:
        data = json.loads(text)
        return Manifest(
            name=str(data["name"]),
            kind=str(data["kind"]),
            files={str(path): str(digest) for path, digest in data["files"].items()},
            python=data["python"],
            revision_tree=str(data["revision_tree"]),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not an artifact manifest: {error!r}") from error
