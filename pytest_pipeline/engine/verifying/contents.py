"""Checks what evidence refers to by digest: reports, and the files of revisions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from pytest_pipeline.domain.folder_entries import Entry, EntryKind
from pytest_pipeline.domain.revisions import tree_digest
from pytest_pipeline.domain.stage_reports import report_from
from pytest_pipeline.domain.verification import Check, FolderProblem
from pytest_pipeline.engine.evidence_layout import (
    DURATIONS,
    REPORTS,
    REVISIONS,
    report_path,
    revision_path,
)
from pytest_pipeline.engine.folder_view import FolderView
from pytest_pipeline.engine.verifying.envelopes import FETCH
from pytest_pipeline.engine.verifying.rejudging import Report


def read_reports(
    view: FolderView, entries: Iterable[Entry]
) -> tuple[dict[str, Report], list[FolderProblem]]:
    """Return the reports of a folder by digest, and what is wrong with the others.

    Raises:
        StateError: If the folder cannot be read.
    """
    reports: dict[str, Report] = {}
    problems: list[FolderProblem] = []
    for each in _files(entries, REPORTS):
        if each.path != report_path(each.digest):
            meaning = "is not the report that its name is the digest of: it was altered"
            problems.append(FolderProblem(each.path, Check.REPORT, meaning, FETCH))
            continue
        try:
            reports[each.digest] = Report(*report_from(view.content(each.path).decode("utf-8")))
        except ValueError as error:
            problems.append(FolderProblem(each.path, Check.REPORT, str(error), FETCH))
    return reports, problems


def read_revisions(
    view: FolderView, entries: Iterable[Entry]
) -> tuple[dict[str, Mapping[str, str]], list[FolderProblem]]:
    """Return the files of each revision by its tree's digest, and what is wrong with the others.

    Raises:
        StateError: If the folder cannot be read.
    """
    revisions: dict[str, Mapping[str, str]] = {}
    problems: list[FolderProblem] = []
    for each in _files(entries, REVISIONS):
        files = _revision_files(view.content(each.path))
        if files is None or each.path != revision_path(tree_digest(files)):
            meaning = "does not hold the files that its name is the digest of: it was altered"
            problems.append(FolderProblem(each.path, Check.REVISION, meaning, FETCH))
        else:
            revisions[tree_digest(files)] = files
    return revisions, problems


def duration_problems(view: FolderView, entries: Iterable[Entry]) -> list[FolderProblem]:
    """Return what is wrong with recorded durations, which nobody signs: they promote nothing.

    Raises:
        StateError: If the folder cannot be read.
    """
    problems = []
    for each in _files(entries, DURATIONS):
        try:
            readable = isinstance(json.loads(view.content(each.path)), dict)
        except (ValueError, RecursionError):
            readable = False
        if not readable:
            meaning = "does not hold durations of tests"
            remedy = "delete it: the next run of the stage writes it again"
            problems.append(FolderProblem(each.path, Check.FORMAT, meaning, remedy))
    return problems


def _files(entries: Iterable[Entry], part: str) -> list[Entry]:
    return [
        each
        for each in entries
        if each.parts[0] == part and each.kind is EntryKind.FILE and each.digest
    ]


def _revision_files(content: bytes) -> dict[str, str] | None:
    try:
        files = json.loads(content)["files"]
        return {str(path): str(digest) for path, digest in files.items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
