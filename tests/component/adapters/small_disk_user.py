"""Mounts, fills and frees a small disk in a namespace of its own; run as a script.

It prints one line of JSON. A test process must not change the namespace that it lives in.
"""

from __future__ import annotations

import errno
import json
import os
import sys
from pathlib import Path

from pytest_pipeline.adapters.small_disk import NoDisk, TmpfsDisk, enter_namespace


def main(folder: Path) -> None:
    missing = enter_namespace()
    if missing:
        tell(missing=missing, refused=refused(NoDisk(folder, missing)))
        return
    with TmpfsDisk(folder, size_bytes=256 * 1024) as disk:
        (folder / "small").write_bytes(b"x")
        disk.fill()
        full, litter = no_room(folder), disk.litter()
        tell(state="full", folder=str(folder))
        if "wait" in sys.argv:
            sys.stdin.readline()
        disk.free()
        (folder / "after").write_bytes(b"x" * 4096)
        freed = disk.litter()
    left = sorted(each.name for each in folder.iterdir())
    tell(full=full, litter=litter, freed=freed, left=left, user=os.geteuid())


def no_room(folder: Path) -> bool:
    try:
        (folder / "more").write_bytes(b"x")
    except OSError as error:
        return error.errno == errno.ENOSPC
    return False


def refused(disk: NoDisk) -> str:
    try:
        disk.fill()
    except Exception as error:  # noqa: BLE001 - it is what is asked for
        return str(error)
    return ""


def tell(**facts: object) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
