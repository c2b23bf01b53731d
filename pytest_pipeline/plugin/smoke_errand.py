"""What a session of smoke tests is told, by the file that its option names."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from pytest_pipeline.domain.handoffs import Handoff, handoff_from_json


@dataclass(frozen=True)
class SmokeErrand:
    """What a session of smoke tests has to do.

    Attributes:
        layers: Layers whose tests it runs; empty when it was given node ids.
        result: Where it writes what its tests came to.
        handoff: What tests are told; its URLs hold secrets.
    """

    layers: tuple[str, ...]
    result: Path
    handoff: Handoff


def read_smoke_errand(path: Path) -> SmokeErrand:
    """Read the file.

    Raises:
        pytest.UsageError: If it is not one.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        handoff = handoff_from_json(json.dumps(data["handoff"]))
        return SmokeErrand(tuple(data["layers"]), Path(data["result"]), handoff)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise pytest.UsageError(
            f"--pipeline-smoke={path} is no errand of smoke tests ({error}); it is for deployments "
            "to use: run your tests with pytest --pipeline-stage=NAME"
        ) from error
