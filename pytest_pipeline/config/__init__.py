"""Configuration files to typed values; every problem reported at once, with file and line.

Finding the configuration costs little; what reads and checks it (pydantic) is imported by the first
call that needs it, so that a session without any pipeline option never pays for it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pytest_pipeline.config.defaults import default_pipeline
from pytest_pipeline.config.locating import service_root

if TYPE_CHECKING:
    from pytest_pipeline.domain.pipelines import Pipeline
    from pytest_pipeline.domain.services import Service

__all__ = ["default_pipeline", "load", "load_service", "service_root"]


def load(root: Path) -> Pipeline:
    """Read the configuration of a service root; see `loading.load`."""
    from pytest_pipeline.config import loading  # noqa: PLC0415 - imports pydantic

    return loading.load(root)


def load_service(root: Path) -> Service:
    """Read how the service of a root is built and run; see `loading.load_service`."""
    from pytest_pipeline.config import loading  # noqa: PLC0415 - imports pydantic

    return loading.load_service(root)
