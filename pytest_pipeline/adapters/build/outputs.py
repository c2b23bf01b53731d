"""What a build left, as the manifest names it."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from pytest_pipeline.domain.path_names import write_path
from pytest_pipeline.errors import BuildError


def output_digests(folder: Path, root: Path) -> dict[str, str]:
    """Return the digest of every file of a build's output, as `ArtifactStore` compares them.

    A link counts as its target's text, with ``l`` after the digest; an executable file's digest
    ends in ``x``. ``__pycache__`` is deleted first: bytecode differs from build to build, and
    what is not in the manifest must not be run.

    Args:
        folder: The output.
        root: The service root, which the output must not need.

    Raises:
        BuildError: If a link leads where it cannot be followed later.
    """
    digests = {}
    for path in _files(folder):
        name = write_path(os.path.relpath(path, folder))
        if path.is_symlink():
            target = str(path.readlink())
            _check_link(name, path, target, folder, root)
            digests[name] = hashlib.sha256(os.fsencode(target)).hexdigest() + "l"
            continue
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        digests[name] = digest + ("x" if path.stat().st_mode & 0o100 else "")
    return digests


def _files(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):
        if "__pycache__" in folders:
            folders.remove("__pycache__")
            shutil.rmtree(Path(place, "__pycache__"))
        links = [each for each in folders if Path(place, each).is_symlink()]
        yield from (Path(place, each) for each in (*files, *links))


def _check_link(name: str, path: Path, target: str, folder: Path, root: Path) -> None:
    """Refuse links that break when the output moves, or that lead into the source."""
    leads_to = Path(os.path.normpath(path.parent / target))
    if leads_to.is_relative_to(folder):
        if not os.path.isabs(target):  # noqa: PTH117 - a text, not a path yet
            return
    elif os.path.isabs(target) and not leads_to.is_relative_to(root.resolve()):  # noqa: PTH117
        return  # the machine's own files, such as an interpreter
    raise BuildError(
        f"the output's link {name} leads to {target}, which will not be there when the artifact "
        "is run; copy the file, or make the link relative and stay inside {output}"
    )
