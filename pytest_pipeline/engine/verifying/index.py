"""Checks the index of a folder that was handed over: every file, and none besides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pytest_pipeline.domain.folder_entries import Entry, EntryKind
from pytest_pipeline.domain.handover_index import INDEX_NAME, HandoverIndex, index_from
from pytest_pipeline.domain.trust import Trust
from pytest_pipeline.domain.verification import Check, FolderProblem
from pytest_pipeline.engine.attesting import SignatureVerifier
from pytest_pipeline.engine.folder_view import FolderView
from pytest_pipeline.engine.verifying.envelopes import read_statement, unreadable

_FETCH = "fetch the folder anew from the job that exported it"

#: Keeps git from seeing the folder; of no meaning, and lost where hidden files are.
_IGNORING = ".gitignore"
IGNORES_ALL = b"*\n"


def read_index(
    view: FolderView, entries: Sequence[Entry], trust: Trust, verifier: SignatureVerifier
) -> tuple[HandoverIndex | None, bool, list[FolderProblem]]:
    """Return the index of a folder, whether it is signed, and what is wrong with it.

    Raises:
        MissingExtraError: If what checks signatures is not installed.
        StateError: If the folder cannot be read.
    """
    found = [each for each in entries if each.path == INDEX_NAME]
    if not found or found[0].kind is not EntryKind.FILE:
        meaning = "is not there: the export was not completed, or it is no export at all"
        remedy = f"{_FETCH}; a state folder is named .pipeline"
        return None, False, [FolderProblem(INDEX_NAME, Check.INDEX, meaning, remedy)]
    try:
        read = read_statement(INDEX_NAME, view.content(INDEX_NAME), trust, verifier)
        index = index_from(read.statement)
    except ValueError as error:
        return None, False, [unreadable(INDEX_NAME, error)]
    problems = [*read.problems, *_differences(view, entries, index)]
    return index, bool(read.envelope.signatures), problems


def _differences(
    view: FolderView, entries: Sequence[Entry], index: HandoverIndex
) -> Iterator[FolderProblem]:
    found = {each.path: each for each in entries if each.path != INDEX_NAME}
    ignoring = found.pop(_IGNORING, None) if _IGNORING not in index.files else None
    if ignoring is not None and (
        ignoring.kind is not EntryKind.FILE or view.content(_IGNORING) != IGNORES_ALL
    ):
        yield FolderProblem(_IGNORING, Check.INDEX, "is not what an export writes", _FETCH)
    for path in sorted(index.files.keys() - found.keys()):
        yield FolderProblem(
            path, Check.INDEX, "is in the index and not in the folder: it was lost", _FETCH
        )
    for path in sorted(found.keys() - index.files.keys()):
        meaning = "is not in the index: it was added after the export"
        yield FolderProblem(path, Check.INDEX, meaning, _FETCH)
    for path in sorted(found.keys() & index.files.keys()):
        entry, indexed = found[path], index.files[path]
        got = (entry.digest, entry.size_bytes, entry.kind is EntryKind.LINK)
        if got != (indexed.digest, indexed.size_bytes, indexed.link):
            meaning = "is not what the index says: it was altered after the export"
            yield FolderProblem(path, Check.INDEX, meaning, _FETCH)
