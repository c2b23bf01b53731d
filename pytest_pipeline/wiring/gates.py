"""The gates of a service root, whether or not anything is configured or was run there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pytest_pipeline import config
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.engine.workspace import Workspace

if TYPE_CHECKING:
    from pytest_pipeline.engine.evidence_store import EvidenceStore


def gates_at(start: Path) -> tuple[Pipeline, EvidenceStore]:
    """Return the pipeline and the evidence of a service root; nothing is written.

    Without configured stages every layer is one, as in a session of pytest.

    Args:
        start: The service root or a path below it; without configuration the root itself.

    Raises:
        ConfigError: If the configuration is wrong.
    """
    from pytest_pipeline.adapters.evidence_folder import EvidenceFolder  # noqa: PLC0415 - as needed

    configured = config.service_root(start)
    root = configured or start.absolute()
    pipeline = config.load(root) if configured else config.default_pipeline(())
    if not pipeline.stages:
        pipeline = config.default_pipeline(pipeline.layers.names, base=pipeline)
    return pipeline, EvidenceFolder(Workspace(root).state)
