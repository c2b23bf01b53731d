"""What the check of a folder of evidence came to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Check(StrEnum):
    """Which check found a problem."""

    INDEX = "index"
    FILE_TYPE = "file type"
    LIMIT = "limit"
    NAME = "name"
    FORMAT = "format"
    SIGNATURE = "signature"
    SIGNER = "signer"
    UNSIGNED = "unsigned"
    CONTRADICTION = "contradiction"
    DUPLICATE = "duplicate"
    REPORT = "report"
    REVISION = "revision"
    ARTIFACT = "artifact"
    CHAIN = "chain"
    SERVICE = "service"
    EMPTY = "empty"
    DEMAND = "demand"


@dataclass(frozen=True)
class FolderProblem:
    """Something in a folder that keeps it from being believed.

    Attributes:
        path: The file, relative to the folder; empty for the folder as a whole.
        check: Which check found it.
        meaning: What is wrong and what that means.
        remedy: What to do.
    """

    path: str
    check: Check
    meaning: str
    remedy: str

    def __str__(self) -> str:
        """Return file, problem and remedy in one line."""
        where = f"{self.path}: " if self.path else ""
        return f"{where}{self.meaning}; {self.remedy}"


@dataclass(frozen=True)
class StatementRow:
    """A statement of the folder.

    Attributes:
        kind: ``evidence``, ``shard``, ``promotion`` or ``approval``.
        name: Stage or environment, and number where there is one.
        outcome: The verdict; of a promotion, its way.
        revision_tree: Digest of the revision's tree; empty for an approval.
        commit: Commit id; None outside a git work tree.
        dirty: Whether the revision differed from its commit.
        artifact: Digest of the artifact; None where nothing was built.
        signed_by: Names of the signers whose signatures hold; empty for nobody known.
        signed: Whether anybody signed at all.
        created: When, ISO 8601 in UTC; a claim of who wrote it.
        path: The file.
    """

    kind: str
    name: str
    outcome: str
    revision_tree: str
    commit: str | None
    dirty: bool
    artifact: str | None
    signed_by: tuple[str, ...]
    signed: bool
    created: str
    path: str


@dataclass(frozen=True)
class Verification:
    """What the check of a folder came to.

    Attributes:
        rows: The statements that could be read.
        problems: What keeps the folder from being believed; empty for a sound one.
        remarks: What is to be known besides.
        unsigned: Whether statements of it are not signed.
        files: Files that were looked at; count.
    """

    rows: tuple[StatementRow, ...]
    problems: tuple[FolderProblem, ...]
    remarks: tuple[str, ...] = ()
    unsigned: bool = False
    files: int = 0

    @property
    def sound(self) -> bool:
        """Whether nothing keeps it from being believed."""
        return not self.problems
