"""Checks artifacts: every byte against the manifest, the manifest against its name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from pytest_pipeline.domain.artifacts import Manifest, manifest_from_json
from pytest_pipeline.domain.folder_entries import Entry, EntryKind
from pytest_pipeline.domain.verification import Check, FolderProblem
from pytest_pipeline.engine.evidence_layout import ARTIFACTS
from pytest_pipeline.engine.folder_view import FolderView

_MANIFEST = "manifest.json"
_FILES = "files"
_REMEDY = "delete its folder and build again, or fetch it anew from the job that built it"


def check_artifacts(
    view: FolderView, entries: Sequence[Entry]
) -> tuple[dict[str, Manifest], list[FolderProblem]]:
    """Return the manifests of the artifacts that are what was built, by digest, and problems.

    Raises:
        StateError: If the folder cannot be read.
    """
    folders: dict[str, list[Entry]] = {}
    for each in entries:
        if each.parts[0] == ARTIFACTS:
            folders.setdefault(each.parts[1] if len(each.parts) > 1 else "", []).append(each)
    manifests: dict[str, Manifest] = {}
    problems: list[FolderProblem] = []
    for name, inside in sorted(folders.items()):
        manifest, found = _check(view, name, inside)
        problems += found
        if manifest is not None and not found:
            manifests[manifest.digest] = manifest
    return manifests, problems


def _check(
    view: FolderView, name: str, entries: Sequence[Entry]
) -> tuple[Manifest | None, list[FolderProblem]]:
    place = f"{ARTIFACTS}/{name}"
    path = f"{place}/{_MANIFEST}"
    if not any(each.path == path and each.kind is EntryKind.FILE for each in entries):
        meaning = "has no manifest: nobody can say what was built"
        return None, [FolderProblem(place, Check.ARTIFACT, meaning, _REMEDY)]
    content = view.content(path)
    try:
        manifest = manifest_from_json(content.decode("utf-8"))
    except ValueError as error:
        return None, [FolderProblem(path, Check.ARTIFACT, str(error), _REMEDY)]
    named = hashlib.sha256(content).hexdigest()
    if manifest.to_json().encode() != content or named != name:
        meaning = "is not the manifest that names the artifact: it was altered"
        return None, [FolderProblem(path, Check.ARTIFACT, meaning, _REMEDY)]
    files = {each.path: each for each in entries if each.path != path}
    return manifest, list(_differences(manifest, f"{place}/{_FILES}/", files))


def _differences(
    manifest: Manifest, prefix: str, found: Mapping[str, Entry]
) -> Iterator[FolderProblem]:
    wanted = {prefix + name: digest for name, digest in manifest.files.items()}
    for path in sorted(wanted.keys() - found.keys()):
        yield FolderProblem(path, Check.ARTIFACT, "is missing: it was built", _REMEDY)
    # Bytecode that instances leave is deleted before an artifact is used: nothing is run of it.
    found = {path: each for path, each in found.items() if "__pycache__" not in each.parts}
    for path in sorted(found.keys() - wanted.keys()):
        yield FolderProblem(path, Check.ARTIFACT, "is not of what was built", _REMEDY)
    for path in sorted(wanted.keys() & found.keys()):
        if _written(found[path]) != wanted[path].removesuffix("x"):
            yield FolderProblem(path, Check.ARTIFACT, "is not what was built: altered", _REMEDY)


def _written(entry: Entry) -> str:
    suffix = "l" if entry.kind is EntryKind.LINK else ""
    return entry.digest.removeprefix("sha256:") + suffix
