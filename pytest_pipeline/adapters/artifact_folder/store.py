"""The store of artifacts."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from pytest_pipeline.adapters.artifact_folder.contents import copy_files, differences
from pytest_pipeline.domain.artifacts import Manifest, manifest_from_json
from pytest_pipeline.domain.naming_some import some_of
from pytest_pipeline.errors import ArtifactError, StateError

_HEX = re.compile(r"[0-9a-f]{64}")


class ArtifactFolder:
    """The `ArtifactStore` of a folder.

    ::

        <hex of the digest>/
          manifest.json    its SHA-256 is the name of the folder
          files/           what was built, read-only

    The folder may be copied to another machine, with or without modes and times.

    Args:
        folder: Where; made when the first artifact is added.
        python: Only artifacts locked for this Python version, or for none, are found again.
    """

    def __init__(
        self,
        folder: Path,
        *,
        python: str = f"{sys.version_info.major}.{sys.version_info.minor}",
    ) -> None:
        self._folder = folder.absolute()
        self._python = python

    def add(self, manifest: Manifest, files: Path) -> str:
        """Move built files into the store; ``files`` is gone afterwards.

        Returns:
            The digest of the artifact; where another process was quicker to build the same
            revision, of the artifact that it added.

        Raises:
            ArtifactError: If the files are not those of the manifest.
            StateError: If the store cannot be written.
        """
        digest = self.find(manifest.revision_tree, manifest.name)
        if digest is None:
            digest = manifest.digest
            self._store(manifest, files)
        shutil.rmtree(files, ignore_errors=True)
        return digest

    def find(self, tree: str, name: str) -> str | None:
        """Return the digest of the artifact built of a service from a tree, if it is here.

        Raises:
            ArtifactError: If the manifest of an artifact cannot be read.
        """
        for digest in self._digests():
            manifest = self._manifest(digest)
            wanted = (manifest.revision_tree, manifest.name) == (tree, name)
            if wanted and manifest.python in (None, self._python):
                return digest
        return None

    def verify(self, digest: str) -> Manifest:
        """Compare every byte of an artifact with its manifest; see the port."""
        manifest = self._manifest(digest)
        try:
            found = differences(manifest.files, self.folder(digest))
        except OSError as error:
            raise ArtifactError(
                f"cannot read the artifact {digest}: {error}; make its files readable for you"
            ) from error
        if found:
            raise ArtifactError(
                f"artifact {digest} in {self._place(digest)} is not what was built: "
                f"{some_of(found)}; {_REMEDY}",
                output="\n".join(found),
            )
        return manifest

    def folder(self, digest: str) -> Path:
        """Return the folder of an artifact's files."""
        return self._place(digest) / "files"

    def _place(self, digest: str) -> Path:
        hexadecimal = digest.removeprefix("sha256:")
        if not _HEX.fullmatch(hexadecimal):
            raise ArtifactError(
                f"{digest!r} is no artifact's digest: wanted sha256: and 64 hexadecimal digits"
            )
        return self._folder / hexadecimal

    def _digests(self) -> Iterator[str]:
        if self._folder.is_dir():
            names = (each.name for each in self._folder.iterdir())
            yield from (f"sha256:{name}" for name in sorted(names) if _HEX.fullmatch(name))

    def _manifest(self, digest: str) -> Manifest:
        path = self._place(digest) / "manifest.json"
        try:
            manifest = manifest_from_json(path.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise ArtifactError(
                f"artifact {digest} is not here: no {path}; pass {self._folder} on from the job "
                f"that built it, or, where its folder is damaged: {_REMEDY}"
            ) from error
        except (OSError, ValueError) as error:
            raise ArtifactError(f"cannot read the manifest {path}: {error}; {_REMEDY}") from error
        if manifest.digest != digest:
            raise ArtifactError(
                f"the manifest {path} was altered: it is that of {manifest.digest}; {_REMEDY}"
            )
        return manifest

    def _store(self, manifest: Manifest, files: Path) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=".adding-", dir=self._folder) as scratch:
                new = Path(scratch, "artifact")
                copy_files(manifest.files, files, new / "files")
                _write_durably(new / "manifest.json", manifest.to_json())
                found = differences(manifest.files, new / "files")
                if found:
                    raise ArtifactError(
                        f"what was built of {manifest.name} changed while it was stored: "
                        f"{some_of(found)}; build again"
                    )
                self._publish(new, manifest.digest)
        except (OSError, ValueError) as error:
            raise StateError(
                f"cannot store the artifact of {manifest.name} in {self._folder}: {error}; "
                "make the folder writable and see to free space"
            ) from error

    def _publish(self, new: Path, digest: str) -> None:
        try:
            new.rename(self._place(digest))
        except OSError:
            if not self._place(digest).is_dir():
                raise
            self.verify(digest)  # another process added the same artifact


_REMEDY = "delete that folder and build again, or fetch it anew from the job that built it"


def _write_durably(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
