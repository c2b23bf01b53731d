"""A copy of the revision's files to build in, so that building leaves the source untouched.

Only files that count to the revision are there: what git ignores cannot slip into an artifact. The
service root keeps its place among its inputs: ``../shared`` lies beside it in the copy as well.
There is no ``.git``; a builder that takes its version from git needs it from the environment
(``SETUPTOOLS_SCM_PRETEND_VERSION``, say).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from pytest_pipeline.domain.path_names import read_path
from pytest_pipeline.errors import BuildError


def copy_source(root: Path, paths: Iterable[str], work: Path) -> Path:
    """Copy files of a revision.

    Args:
        root: The service root.
        paths: Keys of the revision's files.
        work: Existing folder for the copy.

    Returns:
        The copy of the service root.

    Raises:
        BuildError: If a file is gone or unreadable.
    """
    root = root.resolve()
    names = sorted(read_path(each) for each in paths)
    copy = _place_for(root, names, work)
    copy.mkdir(parents=True)
    for name in names:
        target = Path(os.path.normpath(copy / name))
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.parent.resolve().is_relative_to(work.resolve()):
            raise BuildError(f"{name} lies behind a link that leaves the source; replace the link")
        try:
            _copy(root / name, target)
        except OSError as error:
            raise BuildError(f"cannot copy {root / name}: {error.strerror}; start again") from error
    return copy


def _place_for(root: Path, names: Iterable[str], work: Path) -> Path:
    """Return where the copy goes: as deep below ``work`` as inputs reach above the root."""
    levels = max((PurePosixPath(name).parts.count("..") for name in names), default=0)
    return work.joinpath("source", *root.parts[-levels - 1 :])


def _copy(source: Path, target: Path) -> None:
    """Copy content and what git knows of a mode, so that neither umask nor owner plays a part."""
    shutil.copyfile(source, target, follow_symlinks=False)
    if not target.is_symlink():
        target.chmod(0o755 if source.stat().st_mode & 0o100 else 0o644)
