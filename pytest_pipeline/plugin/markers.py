"""The markers of layers, registered so that ``--strict-markers`` knows them."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_pipeline.domain.layers import STANDARD_LAYERS


def register_markers(config: pytest.Config) -> None:
    """Register a marker per layer and ``layer(name)``."""
    names = dict.fromkeys((*STANDARD_LAYERS, *declared_layers(config.rootpath)))
    for name in names:
        config.addinivalue_line("markers", f"{name}: a test of the {name} layer.")
    config.addinivalue_line("markers", "layer(name): a test of the named layer.")


def declared_layers(start: Path) -> tuple[str, ...]:
    """Return the layers that the nearest configuration declares; wrong ones are not judged here.

    Plain pytest has to know the user's layers as well, without paying for reading the whole
    configuration.
    """
    for folder in (start, *start.parents):
        for name, section in (
            ("pipeline.toml", ()),
            ("pyproject.toml", ("tool", "pytest_pipeline")),
        ):
            found = _section(folder / name, section)
            if found is not None:
                layers = found.get("layers")
                return tuple(layers) if isinstance(layers, dict) else ()
    return ()


def _section(path: Path, keys: tuple[str, ...]) -> dict[str, object] | None:
    try:
        content = path.read_bytes()
        if keys and keys[-1].encode() not in content:
            return None
        import tomllib  # noqa: PLC0415 - only where there is something to read

        data: object = tomllib.loads(content.decode())
    except (OSError, ValueError):
        return None
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else None
