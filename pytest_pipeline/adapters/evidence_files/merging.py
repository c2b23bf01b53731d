"""Takes files over into the state folder: each whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from pytest_pipeline.adapters.evidence_files.plain_files import copy_entry
from pytest_pipeline.adapters.evidence_files.unfinished import IMPORTING, sweep
from pytest_pipeline.domain.path_names import read_path
from pytest_pipeline.engine.handover_ports import Arrival
from pytest_pipeline.errors import EvidenceError, StateError


class DiskMerging:
    """The `MergedFolder` of the file system.

    Args:
        state: The state folder; it is there.
        artifacts: Name in it of the folder whose folders are moved whole.
    """

    def __init__(self, state: Path, *, artifacts: str = "artifacts") -> None:
        self._state = state.absolute()
        self._artifacts = artifacts

    def take(self, arrivals: Sequence[Arrival]) -> None:
        """Copy all beside the state folder's files, then move each to its place; see the port."""
        placed: list[Path] = []
        try:
            self._sweep()
            with tempfile.TemporaryDirectory(prefix=IMPORTING, dir=self._state) as staging:
                for each in arrivals:
                    artifact = each.entry.parts[0] == self._artifacts
                    copy_entry(each.entry, each.folder, Path(staging), read_only=artifact)
                for name, replaces in self._moves(arrivals).items():
                    _move(Path(staging, name), self._state / name, replaces=replaces)
                    if not replaces:
                        placed.append(self._state / name)
        except OSError as error:
            _take_back(placed)
            raise StateError(
                f"cannot take {error.filename or 'the files'} over into {self._state}: "
                f"{error.strerror}; make the folder writable and see to free space"
            ) from error
        except BaseException:
            _take_back(placed)
            raise

    def _moves(self, arrivals: Sequence[Arrival]) -> dict[str, bool]:
        """Return what is moved, in order, and whether it may take the place of something."""
        moves: dict[str, bool] = {}
        for each in arrivals:
            parts = Path(read_path(each.entry.path)).parts
            whole = parts[:2] if parts[0] == self._artifacts else parts
            moves[str(Path(*whole))] = each.replaces
        return moves

    def _sweep(self) -> None:
        """Delete what an import, or anybody else, left who was killed."""
        for each in self._state.glob(f"{IMPORTING}*"):
            shutil.rmtree(each, ignore_errors=True)
        sweep(self._state, spare=self._artifacts)


def _move(source: Path, target: Path, *, replaces: bool) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        source.rename(target)
    elif replaces:
        source.replace(target)
    else:
        try:
            os.link(source, target, follow_symlinks=False)  # unlike a rename it replaces nothing
        except FileExistsError as error:
            raise EvidenceError(
                f"{target} was written meanwhile: wait until nothing else writes to the folder, "
                "and import again"
            ) from error


def _take_back(placed: Sequence[Path]) -> None:
    for each in reversed(placed):
        if each.is_dir() and not each.is_symlink():
            shutil.rmtree(each, ignore_errors=True)
        else:
            each.unlink(missing_ok=True)
