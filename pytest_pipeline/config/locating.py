"""Where the configuration is: the service root, and the file in it."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

from pytest_pipeline.errors import ConfigError

#: File that is nothing but configuration; its keys are at the top level.
OWN_FILE = "pipeline.toml"
#: File that many tools share, and where our keys are in it.
SHARED_FILE = "pyproject.toml"
SHARED_SECTION = ("tool", "pytest_pipeline")


def service_root(start: Path) -> Path | None:
    """Return the nearest folder, from the path upwards, that holds a configuration.

    Args:
        start: A file or folder; it need not exist.

    Returns:
        The absolute folder, symbolic links kept as pytest keeps them; None when there is none.

    Raises:
        ConfigError: If a file on the way cannot be read.
    """
    nearest = Path(os.path.abspath(start))  # noqa: PTH100 - resolve() would follow links
    for folder in (nearest, *nearest.parents):
        if configuration_files(folder):
            return folder
    return None


def configuration_files(folder: Path) -> tuple[Path, ...]:
    """Return the files of a folder that hold a configuration; a valid root has exactly one.

    Raises:
        ConfigError: If one of them cannot be read.
    """
    own, shared = folder / OWN_FILE, folder / SHARED_FILE
    found = [own] if own.is_file() else []
    if shared.is_file() and _holds_section(shared):
        found.append(shared)
    return tuple(found)


def _holds_section(path: Path) -> bool:
    """Whether a shared file holds our section.

    A file that is no TOML but mentions us counts, so that whoever loads it gets to see the line
    that is wrong; other people's broken files do not concern us.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}; make it readable") from error
    if SHARED_SECTION[-1].encode() not in content:
        return False
    try:
        data: object = tomllib.loads(content.decode())
    except ValueError:
        return True
    for key in SHARED_SECTION:
        if not isinstance(data, dict) or key not in data:
            return False
        data = data[key]
    return True
