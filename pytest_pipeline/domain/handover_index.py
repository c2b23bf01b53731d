"""The index of a folder that is handed over: all its files, so that none can go or come unseen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_pipeline.domain.in_toto import Statement, Subject
from pytest_pipeline.domain.said_twice import demand_agreement

HANDOVER_INDEX = "urn:pytest-pipeline-gates:handover-index:v1"

#: Name of the index's file in the folder.
INDEX_NAME = "index.json"

_HEX = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True)
class IndexedFile:
    """A file that belongs to the folder.

    Attributes:
        digest: SHA-256 of its content, or of a link's target's text, ``sha256:…``.
        size_bytes: Length of that.
        link: Whether it is a link.
    """

    digest: str
    size_bytes: int
    link: bool = False


@dataclass(frozen=True)
class HandoverIndex:
    """What was handed over.

    Attributes:
        service: Name of the service.
        revision_tree: Digest of the tree of the revision that it is about.
        commit: Commit id; None outside a git work tree.
        dirty: Whether the revision differed from its commit.
        artifact: Digest of the artifact; None where none was built.
        created: When, ISO 8601 in UTC.
        files: All files but the index, by path relative to the folder.
    """

    service: str
    revision_tree: str
    commit: str | None
    dirty: bool
    artifact: str | None
    created: str
    files: Mapping[str, IndexedFile] = field(default_factory=dict)


def index_statement(index: HandoverIndex) -> Statement:
    """Return the statement of an index; it has to name a file at least."""
    return Statement(
        tuple(Subject(path, each.digest) for path, each in sorted(index.files.items())),
        HANDOVER_INDEX,
        {
            "service": index.service,
            "revision_tree": index.revision_tree,
            "commit": index.commit,
            "dirty": index.dirty,
            "artifact": index.artifact,
            "created": index.created,
            "files": {
                path: {"bytes": each.size_bytes, "kind": "link" if each.link else "file"}
                for path, each in index.files.items()
            },
        },
    )


def index_from(statement: Statement) -> HandoverIndex:
    """Read an index.

    Raises:
        ValueError: If the statement is none, contradicts itself, or is of a newer version.
    """
    if statement.predicate_type != HANDOVER_INDEX:
        raise ValueError(f"not an index: a statement of type {statement.predicate_type!r}")
    try:
        index = _read(statement)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not an index: {error!r}") from error
    if statement.predicate["files"].keys() != index.files.keys():
        raise ValueError("not an index: what it says twice differs")
    demand_agreement(statement, index_statement(index), "not an index", own="")
    wrong = [path for path, each in index.files.items() if not _HEX.fullmatch(each.digest)]
    if wrong:
        raise ValueError(f"not an index: the digest of {wrong[0]!r} is none")
    return index


def _read(statement: Statement) -> HandoverIndex:
    predicate = statement.predicate
    about: Mapping[str, Any] = predicate["files"]
    return HandoverIndex(
        service=str(predicate["service"]),
        revision_tree=str(predicate["revision_tree"]),
        commit=predicate["commit"],
        dirty=bool(predicate["dirty"]),
        artifact=predicate["artifact"],
        created=str(predicate["created"]),
        files={
            each.name: IndexedFile(
                each.digest,
                int(about[each.name]["bytes"]),
                link=about[each.name]["kind"] == "link",
            )
            for each in statement.subjects
        },
    )
