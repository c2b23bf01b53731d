"""Passwords of servers: made at random, kept in files that only their owner reads."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from pytest_pipeline.errors import ResourceError


def new_password() -> str:
    """Return a random password that needs no quoting in a URL."""
    return secrets.token_urlsafe(24)


def write_secret(path: Path, password: str) -> None:
    """Write a password to a file with mode 0600, replacing what was there.

    Raises:
        ResourceError: If it cannot be written.
    """
    try:
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(password)
    except OSError as error:
        raise ResourceError(
            f"cannot write the password file {path}: {error.strerror}; make its folder writable"
        ) from error


def read_secret(path: Path) -> str:
    """Return the password in a file.

    Raises:
        ResourceError: If it cannot be read.
    """
    try:
        return path.read_text(encoding="ascii")
    except OSError as error:
        raise ResourceError(
            f"cannot read the password file {path}: {error.strerror}; "
            "end the environment and start it anew"
        ) from error
