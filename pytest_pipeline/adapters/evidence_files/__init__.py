"""Folders of evidence as they are, and the writing of such folders."""

from pytest_pipeline.adapters.evidence_files.export_folder import DiskExport
from pytest_pipeline.adapters.evidence_files.merging import DiskMerging
from pytest_pipeline.adapters.evidence_files.pruning import DiskPruning
from pytest_pipeline.adapters.evidence_files.view import DiskFolder

__all__ = ["DiskExport", "DiskFolder", "DiskMerging", "DiskPruning"]
