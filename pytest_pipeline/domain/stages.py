"""Stages: which layers they run, where, and what their gate demands."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_pipeline.domain.gates import BASIC_OBJECTIVES, Gate
from pytest_pipeline.domain.load_settings import LoadSettings
from pytest_pipeline.domain.quarantine import Quarantine


@dataclass(frozen=True)
class Stage:
    """A test stage.

    Attributes:
        name: Its name, unique in the pipeline.
        layers: Layers whose tests it runs.
        environment: Environment it runs against; None for none.
        gate: What it demands.
        timeout_s: Longest duration of the whole stage, seconds, > 0.
        quarantine: The tests whose failures are excused; None for none.
        configured: Whether the user named it, so that having no tests is INCONCLUSIVE.
        load: Where the load of its load tests comes from.
    """

    name: str
    layers: tuple[str, ...]
    environment: str | None = None
    gate: Gate = Gate(BASIC_OBJECTIVES)
    timeout_s: float = 1800.0
    quarantine: Quarantine | None = None
    configured: bool = False
    load: LoadSettings = LoadSettings()
