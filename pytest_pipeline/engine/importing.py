"""Takes evidence in that other jobs handed over: all that is sound, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pytest_pipeline.domain.elapsed_time import seconds_between
from pytest_pipeline.domain.envelopes import envelope_from_json
from pytest_pipeline.domain.folder_entries import Entry, EntryKind
from pytest_pipeline.domain.handover_index import INDEX_NAME
from pytest_pipeline.domain.shard_statements import shard_in
from pytest_pipeline.domain.stage_statements import evidence_in
from pytest_pipeline.engine.evidence_layout import (
    ARTIFACTS,
    DURATIONS,
    EVIDENCE,
    OTHERS,
    PARTS,
    REVISIONS,
    SHARDS,
)
from pytest_pipeline.engine.folder_view import FolderView
from pytest_pipeline.engine.handover_ports import Arrival, MergedFolder
from pytest_pipeline.engine.verifying import Believed, CheckedFolder, check_folder
from pytest_pipeline.errors import EvidenceError

#: What may differ: durations are no evidence, and of revisions their names vouch for the files.
#: Of two, that of the folder named last is taken.
_MAY_DIFFER = (DURATIONS, REVISIONS)

#: A stage or a shard that ran again on the same revision and artifact: the newer one counts, as it
#: does where both ran on one machine.
_NEWER_COUNTS = (EVIDENCE, SHARDS)


@dataclass(frozen=True)
class HandedOver:
    """A folder that another job handed over.

    Attributes:
        folder: Where it is, as the user named it.
        view: Looks at it.
    """

    folder: Path
    view: FolderView


@dataclass(frozen=True)
class Imported:
    """What came in from one folder.

    Attributes:
        folder: The folder.
        checked: What it holds.
        new: Files that were not here yet; count.
    """

    folder: Path
    checked: CheckedFolder
    new: int


def import_folders(
    sources: Sequence[HandedOver], state: FolderView, merged: MergedFolder, believed: Believed
) -> list[Imported]:
    """Take in what other jobs handed over.

    Revisions and ages are not judged here: whatever is promoted later, is judged then.

    Args:
        sources: The folders.
        state: The state folder as it is.
        merged: The same, to be written.
        believed: By whom and by what the folders are measured.

    Raises:
        EvidenceError: If a folder is not sound, or two contents want one name; then nothing was
            taken in.
        StateError: If something cannot be read or written; then what was taken in was taken back.
    """
    checked = [check_folder(each.view, believed, indexed=True) for each in sources]
    _demand_sound(sources, checked)
    taken = _Places(state)
    arrivals: list[Arrival] = []
    imported: list[Imported] = []
    for source, found in zip(sources, checked, strict=True):
        new = taken.new_of(source.folder, source.view, found.entries)
        arrivals += new
        imported.append(Imported(source.folder, found, len(new)))
    if taken.conflicts:
        listed = "".join(f"\n  {each}" for each in taken.conflicts)
        raise EvidenceError(f"nothing was imported:{listed}")
    last = {each.entry.path: each for each in arrivals}
    merged.take(sorted(last.values(), key=lambda each: PARTS.index(each.entry.parts[0])))
    return imported


@dataclass(frozen=True)
class _Holder:
    """Who holds a name.

    Attributes:
        entry: What was found.
        view: Looks at the folder that it was found in.
        where: The file, for people.
    """

    entry: Entry
    view: FolderView
    where: str


class _Places:
    """Who holds which name."""

    def __init__(self, state: FolderView) -> None:
        self.conflicts: list[str] = []
        self._here: dict[str, _Holder] = {}
        for each in state.entries():
            if each.parts[0] in OTHERS:
                continue
            self._here[each.path] = _Holder(each, state, f".pipeline/{each.path}")
            if each.kind is not EntryKind.FILE and each.parts[0] != ARTIFACTS:
                self.conflicts.append(
                    f".pipeline/{each.path} is no regular file: delete it, and import again"
                )

    def new_of(self, folder: Path, view: FolderView, entries: Sequence[Entry]) -> list[Arrival]:
        """Return what a folder has that is not here yet; notes what is here otherwise."""
        arrivals = []
        for each in entries:
            if each.path in (INDEX_NAME, ".gitignore"):
                continue
            came, here = _Holder(each, view, str(folder / each.path)), self._here.get(each.path)
            if here is not None and not self._takes_place(came, here):
                continue
            self._here[each.path] = came
            arrivals.append(Arrival(each, folder.absolute(), here is not None))
        return arrivals

    def _takes_place(self, came: _Holder, here: _Holder) -> bool:
        """Return whether something takes the place of what is here; notes it if nobody can say."""
        if _same(came.entry, here.entry):
            return False
        if came.entry.parts[0] in _MAY_DIFFER:
            return True
        if came.entry.parts[0] in _NEWER_COUNTS:
            passed_s = seconds_between(_created(here), _created(came))
            if passed_s:
                return passed_s > 0
        self.conflicts.append(
            f"{came.where} and {here.where} are different contents of one name: two jobs wrote it; "
            "decide which one counts, and delete the other"
        )
        return False


def _created(holder: _Holder) -> str:
    """Return when a stage or a shard was judged, as its file says; empty if it cannot be read."""
    try:
        envelope = envelope_from_json(holder.view.content(holder.entry.path).decode())
        if holder.entry.parts[0] == SHARDS:
            return shard_in(envelope).created
        return evidence_in(envelope).created
    except ValueError:
        return ""


def _same(one: Entry, other: Entry) -> bool:
    return (one.digest, one.kind) == (other.digest, other.kind)


def _demand_sound(sources: Sequence[HandedOver], checked: Sequence[CheckedFolder]) -> None:
    listed = [
        f"\n  {source.folder}: {problem}"
        for source, each in zip(sources, checked, strict=True)
        for problem in each.verification.problems
    ]
    if listed:
        raise EvidenceError(f"nothing was imported:{''.join(listed)}")
