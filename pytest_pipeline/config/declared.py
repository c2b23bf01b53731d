"""The names that a configuration declares, whether or not what they name is valid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pytest_pipeline.domain.layers import STANDARD_LAYERS

if TYPE_CHECKING:
    from pydantic import ValidationInfo


@dataclass(frozen=True)
class Declared:
    """What other parts of the configuration may refer to.

    Attributes:
        root: The service root.
        sections: Keys at the top of the configuration.
        layers: The standard layers, then the user's.
        resources: Names of resources.
        environments: Names of environments.
    """

    root: Path
    sections: frozenset[str]
    layers: tuple[str, ...]
    resources: tuple[str, ...]
    environments: tuple[str, ...]


def declared_by(root: Path, data: Mapping[str, Any]) -> Declared:
    """Return the names that a configuration declares."""

    def names(section: str) -> tuple[str, ...]:
        table = data.get(section)
        return tuple(table) if isinstance(table, dict) else ()

    return Declared(
        root=root,
        sections=frozenset(data),
        layers=tuple(dict.fromkeys((*STANDARD_LAYERS, *names("layers")))),
        resources=names("resources"),
        environments=names("environments"),
    )


def declared_in(info: ValidationInfo) -> Declared:
    """Return the names from the context of a validation."""
    return cast("Declared", info.context)
