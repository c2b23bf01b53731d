"""Artifacts without bytes."""

from __future__ import annotations

from pathlib import Path

from pytest_pipeline.domain.artifacts import Manifest
from pytest_pipeline.engine.ports import Installed
from pytest_pipeline.testing.paper_folder import PaperFolder


class PaperArtifacts:
    """Implements `engine.ports.ArtifactStore` and `Installer`: every digest is there and whole."""

    def add(self, manifest: Manifest, files: Path) -> str:
        """Return the digest of a manifest; its files stay where they are."""
        del files
        return manifest.digest

    def find(self, tree: str, name: str) -> str | None:
        """Return the digest of what was built from a tree."""
        return Manifest(name, "command", {}, None, tree).digest

    def verify(self, digest: str) -> Manifest:
        """Return a manifest without files."""
        return Manifest("service", "command", {}, None, digest)

    def folder(self, digest: str) -> Path:
        """Return where the files would be."""
        return PaperFolder("/artifacts") / digest.removeprefix("sha256:")

    def install(self, manifest: Manifest, folder: Path) -> Installed:
        """Return an installation, in no time."""
        return Installed(manifest.digest, folder)
