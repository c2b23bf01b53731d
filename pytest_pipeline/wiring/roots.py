"""Service roots and their configuration."""

from __future__ import annotations

from pathlib import Path

from pytest_pipeline import config
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.errors import ConfigError


def required_root(start: Path) -> Path:
    """Return the service root at or above a path.

    Raises:
        ConfigError: If there is none.
    """
    root = config.service_root(start)
    if root is None:
        raise ConfigError(
            f"no service root at or above {start.absolute()}: wanted a folder with pipeline.toml, "
            "or with [tool.pytest_pipeline] in its pyproject.toml; give one by --root"
        )
    return root


def load_pipeline(root: Path) -> Pipeline:
    """Read the configuration of a service root.

    Raises:
        ConfigError: With every problem, each with its file and line.
    """
    return config.load(root)
