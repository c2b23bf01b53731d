"""What was half written into the state folder when its writer was killed."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

from pytest_pipeline.engine.evidence_layout import ARTIFACTS, PARTS

#: How the names of files begin that are being written.
WRITING = ".writing-"

#: How the name of the folder begins that an import copies to.
IMPORTING = ".importing-"

#: Nobody writes for longer, seconds: what is older was left.
_LEFT_AFTER_S = 3600.0


def sweep(state: Path, *, spare: str = ARTIFACTS) -> None:
    """Delete what writers left that were killed.

    Args:
        state: The state folder.
        spare: Name of the folder in it whose files are somebody else's.
    """
    for part in PARTS:
        if part != spare:
            for each in (state / part).rglob(f"{WRITING}*"):
                with suppress(OSError):
                    if time.time() - each.lstat().st_mtime > _LEFT_AFTER_S:
                        each.unlink()
