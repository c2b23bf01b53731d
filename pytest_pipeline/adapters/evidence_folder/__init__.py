"""Evidence, reports and revisions as files, which a CI system can pass from job to job."""

from __future__ import annotations

from pytest_pipeline.adapters.evidence_folder.folder import EvidenceFolder

__all__ = ["EvidenceFolder"]
