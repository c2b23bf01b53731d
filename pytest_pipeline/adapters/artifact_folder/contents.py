"""The files of one artifact: copied into the store, and compared with their manifest.

A digest in the manifest is the content's SHA-256 in hex, followed by ``x`` for an executable file;
a link's is that of its target's text, followed by ``l``. Bytecode (``__pycache__``) is no part of
an artifact and is deleted wherever it is met: Python would run it instead of the verified files.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from pytest_pipeline.domain.path_names import read_path, write_path

_READ_ONLY = 0o444
_READ_ONLY_EXECUTABLE = 0o555


def copy_files(files: Mapping[str, str], source: Path, target: Path) -> None:
    """Copy the files that a manifest names, read-only.

    They are copies in any case: a hard link, such as installers make, would let whoever writes to
    the other name alter the artifact.

    Raises:
        OSError: If a file cannot be copied.
        ValueError: If a name leads out of the folder.
    """
    for name, digest in files.items():
        path = read_path(name)
        if os.path.isabs(path) or ".." in Path(path).parts:  # noqa: PTH117 - a text
            raise ValueError(f"the manifest names {name!r}, which is outside of the artifact")
        to = target / path
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / path, to, follow_symlinks=False)
        if not to.is_symlink():
            to.chmod(_mode(digest))


def differences(files: Mapping[str, str], folder: Path) -> list[str]:
    """Return what differs between a manifest and a folder, for people; empty if nothing does.

    Modes are restored, not compared: what passes folders from job to job often drops them.
    """
    found = {write_path(os.path.relpath(path, folder)): path for path in _walk(folder)}
    missing = [f"missing: {name}" for name in sorted(files.keys() - found.keys())]
    extra = [f"not built: {name}" for name in sorted(found.keys() - files.keys())]
    altered = [
        f"altered: {name}"
        for name in sorted(files.keys() & found.keys())
        if not _is_same(found[name], files[name])
    ]
    return [*altered, *missing, *extra]


def _walk(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        if "__pycache__" in folders:
            folders.remove("__pycache__")
            # A running instance may be writing to it.
            shutil.rmtree(Path(place, "__pycache__"), ignore_errors=True)
        links = [each for each in folders if Path(place, each).is_symlink()]
        yield from (Path(place, each) for each in (*names, *links))


def _is_same(path: Path, digest: str) -> bool:
    if path.is_symlink():
        return hashlib.sha256(os.fsencode(path.readlink())).hexdigest() + "l" == digest
    if not path.is_file():
        return False
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != digest.removesuffix("x"):
            return False
    if digest.endswith("x") and not path.stat().st_mode & 0o100:
        path.chmod(_READ_ONLY_EXECUTABLE)
    return True


def _mode(digest: str) -> int:
    return _READ_ONLY_EXECUTABLE if digest.endswith("x") else _READ_ONLY
