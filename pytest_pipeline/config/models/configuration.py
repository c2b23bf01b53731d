"""The whole configuration."""

from __future__ import annotations

from pathlib import PurePath
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo

from pytest_pipeline.config.declared import declared_in
from pytest_pipeline.config.models.environments import EnvironmentTable
from pytest_pipeline.config.models.evidence import EvidenceTable
from pytest_pipeline.config.models.fields import Array, Name, Table, one_of, refuse
from pytest_pipeline.config.models.quarantine import QuarantineTable
from pytest_pipeline.config.models.resources import ResourceTable
from pytest_pipeline.config.models.services import CommandTable, RunTable, WheelTable
from pytest_pipeline.config.models.sources import SourceTable
from pytest_pipeline.config.models.stages import StageTable


def _input(value: str, info: ValidationInfo) -> str:
    if PurePath(value).is_absolute():
        raise refuse(f"got {value!r}, wanted a path relative to the service root")
    if not (declared_in(info).root / value).exists():
        raise refuse(f"got {value!r}, wanted a file or folder that exists")
    return value


def _every_layer(value: tuple[str, ...] | None, info: ValidationInfo) -> tuple[str, ...] | None:
    known = declared_in(info).layers
    for layer in value or ():
        one_of(layer, known, "layer")
    if value is not None and sorted(value) != sorted(known):
        missing = [layer for layer in known if layer not in value]
        got = f"got none of {', '.join(missing)}" if missing else "got a layer twice"
        raise refuse(f"{got}, wanted every layer once: {', '.join(known)}")
    return value


class Configuration(Table):
    """Keys at the top of `pipeline.toml`, or of `[tool.pytest_pipeline]` in `pyproject.toml`."""

    name: Name | None = Field(
        default=None,
        description="Name of the service. Required where something is built or deployed; otherwise "
        "the folder's name by default.",
    )
    inputs: Annotated[tuple[Annotated[str, AfterValidator(_input)], ...], Array] = Field(
        default=(),
        description="Files and folders besides the service root that what is built or tested "
        "depends on, relative to it; a change in them makes evidence stale.",
    )
    layers: dict[Name, Annotated[tuple[str, ...], Array]] = Field(
        default_factory=dict,
        description="Layer to patterns of the test files that belong to it, relative to the "
        "service root (`tests/db_*.py`). A new name makes a new layer; its patterns may be empty.",
    )
    layer_order: Annotated[
        tuple[str, ...] | None, Field(strict=False), AfterValidator(_every_layer)
    ] = Field(
        default=None,
        description="Names of all layers in the order in which they run; the standard ones and "
        "then the new ones by default.",
    )
    build: Annotated[WheelTable | CommandTable, Field(discriminator="kind")] | None = Field(
        default=None, description="How the artifact is built."
    )
    run: RunTable | None = Field(default=None, description="How an instance is run.")
    resources: dict[Name, ResourceTable] = Field(
        default_factory=dict,
        description="What each environment provides for the service, in order of provision.",
    )
    source: SourceTable = Field(
        default_factory=SourceTable, description="What changes are measured against."
    )
    quarantine: QuarantineTable = Field(
        default=QuarantineTable(), description="The tests whose failures are excused for a while."
    )
    evidence: EvidenceTable = Field(
        default_factory=EvidenceTable, description="Whose evidence counts, and for how long."
    )
    stages: dict[Name, StageTable] = Field(
        default_factory=dict,
        description="The test stages in order; the layers that have tests by default.",
    )
    environments: dict[Name, EnvironmentTable] = Field(
        default_factory=dict, description="The environments in order of promotion."
    )
