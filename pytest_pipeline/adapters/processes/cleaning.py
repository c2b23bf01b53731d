"""Ends and deletes everything of an owner."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pytest_pipeline.adapters.processes.belongings import Belongings
from pytest_pipeline.adapters.processes.containers import remove_containers
from pytest_pipeline.adapters.processes.ending import Ticks, end
from pytest_pipeline.adapters.processes.family import owned
from pytest_pipeline.adapters.processes.table import Seen, scan

#: Longest time for the removal of all containers.
CONTAINERS_S = 10.0
#: A process that was being started when its owner died has its mark after this long.
_SETTLE_S = 0.2


@dataclass(frozen=True)
class Cleaned:
    """What cleaning came to.

    Attributes:
        ended: Names of the processes, containers and folders that were there.
        complete: Whether nothing is left.
    """

    ended: tuple[str, ...]
    complete: bool


def clean(belongings: Belongings, *, clock: Ticks, grace_s: float, settle: bool = True) -> Cleaned:
    """End and delete everything of an owner.

    Args:
        belongings: What it had.
        clock: Time.
        grace_s: Time between SIGTERM and SIGKILL, seconds.
        settle: Look again after a moment, for an owner that was killed while it started something.
    """

    def find() -> tuple[Seen, ...]:
        return owned(
            scan(), belongings.token, leaders=belongings.leaders, pending=belongings.pending
        )

    removed: list[str] = []
    removal = threading.Thread(
        target=lambda: removed.extend(
            remove_containers(belongings.containers, timeout_s=CONTAINERS_S)
        ),
        daemon=True,
    )
    removal.start()
    ended = end(find, clock=clock, grace_s=grace_s).signalled
    if settle:
        clock.sleep(_SETTLE_S)
        ended += end(find, clock=clock, grace_s=grace_s).signalled
    left = find()
    removal.join(CONTAINERS_S + 1)
    deleted = [name for name in belongings.folders if _delete(Path(name))]
    return Cleaned(
        ended=(*_names(belongings, ended), *(f"container {one}" for one in removed), *deleted),
        complete=not left
        and set(removed) == set(belongings.containers)
        and not any(Path(name).exists() for name in belongings.folders),
    )


def _delete(folder: Path) -> bool:
    existed = folder.exists()
    shutil.rmtree(folder, ignore_errors=True)
    return existed and not folder.exists()


def _names(belongings: Belongings, ended: Sequence[Seen]) -> tuple[str, ...]:
    """Name the processes that were started; of those which these started, the number."""
    known = dict(belongings.processes)
    return tuple(
        known.get(seen.identity, f"process {seen.identity.pid}")
        for seen in sorted(ended, key=lambda seen: seen.identity.pid)
    )
