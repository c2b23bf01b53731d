"""Checks the names in a folder: only what belongs there, and each name one file everywhere."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from pytest_pipeline.domain.folder_entries import Entry, EntryKind
from pytest_pipeline.domain.handover_index import INDEX_NAME
from pytest_pipeline.domain.verification import Check, FolderProblem
from pytest_pipeline.engine.evidence_layout import ARTIFACTS, OTHERS, PARTS

#: A larger file is no evidence, bytes; artifacts may be larger.
MOST_BYTES = 1 << 30

#: Files in a folder; count.
MOST_FILES = 100_000

_FETCH = "fetch the folder anew from the job that wrote it"
_DELETE = "delete it, or fetch the folder anew from the job that wrote it"

#: Names on the way to a file of each part, its own included; counts.
_DEPTHS = {"evidence": 3, "shards": 4, "promotions": 3, "approvals": 3}


def name_problems(entries: Sequence[Entry], *, indexed: bool) -> list[FolderProblem]:
    """Return what is wrong with the names of a folder.

    Args:
        entries: All that is in it.
        indexed: Whether it is a folder that was handed over, with an index.
    """
    if len(entries) > MOST_FILES:
        meaning = f"holds {len(entries)} files, more than {MOST_FILES}: no evidence has so many"
        return [FolderProblem("", Check.LIMIT, meaning, _FETCH)]
    looked_at = [each for each in entries if each.parts[0] not in OTHERS or indexed]
    return [
        *(problem for each in looked_at for problem in _of(each, indexed=indexed)),
        *_alike(each.path for each in looked_at if each.parts[0] != ARTIFACTS),
    ]


def _of(entry: Entry, *, indexed: bool) -> Iterator[FolderProblem]:
    part = entry.parts[0]
    if entry.kind is EntryKind.OTHER or (entry.kind is EntryKind.LINK and part != ARTIFACTS):
        meaning = f"is a {entry.kind}, not a file: its content would be somewhere else's"
        yield FolderProblem(
            entry.path,
            Check.FILE_TYPE,
            meaning if entry.kind is EntryKind.LINK else "is no regular file",
            _DELETE,
        )
    elif not entry.digest:
        meaning = f"has {entry.size_bytes} bytes, more than the {MOST_BYTES} of any evidence"
        yield FolderProblem(entry.path, Check.LIMIT, meaning, _DELETE)
    if part != ARTIFACTS and not _is_plain(entry.path):
        yield FolderProblem(
            entry.path, Check.NAME, "has a name that no file of evidence has", _DELETE
        )
    elif not _belongs(entry, indexed=indexed):
        yield FolderProblem(
            entry.path, Check.NAME, "does not belong here: nothing of evidence has it", _DELETE
        )


def _is_plain(path: str) -> bool:
    """Return whether a path is what `evidence_layout` writes: quoted, so that it is ASCII."""
    return path.isascii() and path.isprintable() and "\\" not in path


def _belongs(entry: Entry, *, indexed: bool) -> bool:
    part, name = entry.parts[0], entry.parts[-1]
    if len(entry.parts) == 1:
        return name in (INDEX_NAME, ".gitignore") if indexed else name == ".gitignore"
    if part == ARTIFACTS:
        return True
    depth = _DEPTHS.get(part, 2)
    return part in PARTS and len(entry.parts) == depth and name.endswith(".json")


def _alike(paths: Iterable[str]) -> Iterator[FolderProblem]:
    """Yield names that are one name where letters count the same, large or small."""
    seen: dict[str, str] = {}
    for path in paths:
        folded = unicodedata.normalize("NFKC", path).casefold()
        other = seen.setdefault(folded, path)
        if other != path:
            meaning = f"has the same name as {other} on systems that do not tell letters apart"
            yield FolderProblem(path, Check.NAME, meaning, _DELETE)
