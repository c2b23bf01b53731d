"""Writes a new private key to a file of its owner's."""

from __future__ import annotations

import os
from pathlib import Path

from pytest_pipeline.adapters.dsse.private_keys import new_private_key
from pytest_pipeline.errors import ConfigError


def write_new_key(file: Path) -> str:
    """Make a key, write its private half to a new file, and return its public half.

    Args:
        file: Absolute path; its folder is made when missing, for its owner alone.

    Raises:
        ConfigError: If the file exists, or cannot be written.
        MissingExtraError: If what makes keys is not installed.
    """
    private, public = new_private_key()
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(file, flags, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(private)
            stream.flush()
            os.fsync(descriptor)
    except FileExistsError:
        raise ConfigError(
            f"{file}: got a file that is there already, wanted a new one: no key is ever "
            "overwritten; name another file"
        ) from None
    except OSError as error:
        raise ConfigError(f"{file} cannot be written: {error.strerror}") from error
    return public
