"""Keeps artifacts in a folder, addressed by digest."""

from pytest_pipeline.adapters.artifact_folder.store import ArtifactFolder

__all__ = ["ArtifactFolder"]
