"""Drills, with the real adapters."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_pipeline.engine.drilling.heard_traffic import HeardProbe
from pytest_pipeline.engine.drilling.striking import StrikingJournal
from pytest_pipeline.engine.drilling.toolbox import DrillToolbox, OwnDatabases
from pytest_pipeline.errors import StateError

if TYPE_CHECKING:
    from pytest_pipeline.adapters.small_disk import NoDisk, TmpfsDisk
    from pytest_pipeline.wiring.toolbox import WiredToolbox

# ruff: noqa: PLC0415 - adapters are imported when they are first needed


def prepare_small_disk() -> str:
    """Make it possible to mount a small disk that nobody else sees; before anything is started.

    Returns:
        Why it cannot be done here, for people; empty when it was.
    """
    from pytest_pipeline.adapters.small_disk import enter_namespace

    return enter_namespace()


@contextmanager
def drill_toolbox(
    base: WiredToolbox, folder: Path, *, no_disk: str
) -> Iterator[tuple[DrillToolbox, Path]]:
    """Yield the tools of a drill and the folder of its site; the small disk is unmounted after.

    Args:
        base: The command's own tools.
        folder: Folder of the drill; made, and deleted when this command dies.
        no_disk: Why there is no small disk; empty where there is one.

    Raises:
        StateError: If the disk cannot be mounted.
    """
    from pytest_pipeline.adapters.environment_folder import EnvironmentFolder
    from pytest_pipeline.adapters.envoy.sidecars import SidecarTarget
    from pytest_pipeline.adapters.file_journal import FileJournal
    from pytest_pipeline.adapters.processes import GuardedSurvey
    from pytest_pipeline.adapters.promotion_folder import PromotionFolder
    from pytest_pipeline.adapters.sql_ledger import SqlLedger, sqlite_url

    base.processes.guard_folder(folder)
    with ExitStack() as stack:
        disk = _disk(stack, folder / "site", no_disk)
        state = disk.folder / "state"
        state.mkdir()
        yield (
            DrillToolbox(
                base,
                ledger=SqlLedger(sqlite_url(state / "ledger.db")),
                records=EnvironmentFolder(state / "environments"),
                promotions=PromotionFolder(state, base.verifier),
                journal=StrikingJournal(FileJournal(state / "journal"), base.clock),
                probe=HeardProbe(base.probe, folder / "traffic"),
                databases=OwnDatabases(base.databases, folder / "resources"),
                faulty=SidecarTarget(base.target(keep=False), base.clock),
                started=GuardedSurvey(base.processes),
                disk=disk,
            ),
            disk.folder / "files",
        )


def keep_logs(site: Path, into: Path) -> None:
    """Copy what a site wrote to where it survives the small disk.

    Raises:
        StateError: If that cannot be done.
    """
    try:
        shutil.copytree(site, into, ignore=shutil.ignore_patterns("xds", "*.admin"))
    except (OSError, shutil.Error) as error:
        raise StateError(f"cannot keep the drill's logs in {into}: {error}") from error


def _disk(stack: ExitStack, folder: Path, no_disk: str) -> TmpfsDisk | NoDisk:
    from pytest_pipeline.adapters.small_disk import NoDisk, TmpfsDisk

    if no_disk:
        return NoDisk(folder, no_disk)
    return stack.enter_context(TmpfsDisk(folder))
