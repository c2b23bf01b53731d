"""The digest of one file's content, as `Revision.files` documents it."""

from __future__ import annotations

import hashlib
import os
import stat

from pytest_pipeline.domain.path_names import write_path
from pytest_pipeline.errors import SourceError


def content_digest(path: str) -> str | None:
    """Return the digest of a file or link; None where there is none (any more).

    A link counts as its target's text and is not followed. Sockets, pipes and devices are none.

    Raises:
        SourceError: If the file cannot be read; names it.
    """
    try:
        status = os.lstat(path)
        if stat.S_ISLNK(status.st_mode):
            return hashlib.sha256(os.fsencode(os.readlink(path))).hexdigest()  # noqa: PTH115
        if not stat.S_ISREG(status.st_mode):
            return None
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - thousands of paths
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except (FileNotFoundError, NotADirectoryError):
        return None  # deleted but tracked, or gone while we were reading
    except OSError as error:
        raise SourceError(
            f"cannot read {write_path(path)}: {error.strerror}; "
            "make it readable, or have git ignore it"
        ) from error
    return digest + ("x" if status.st_mode & stat.S_IXUSR else "")
