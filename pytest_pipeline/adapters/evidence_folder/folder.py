"""The `EvidenceStore` of a folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from pytest_pipeline.adapters.evidence_folder.files import read_text, replace, unreadable
from pytest_pipeline.adapters.evidence_folder.reading import attested_from
from pytest_pipeline.domain.attested import AttestedEvidence
from pytest_pipeline.domain.envelopes import Envelope, sha256_of
from pytest_pipeline.domain.evidence import Evidence
from pytest_pipeline.domain.revisions import Revision, tree_digest
from pytest_pipeline.domain.stage_statements import evidence_in
from pytest_pipeline.domain.trust import PublicKey
from pytest_pipeline.engine.attesting import SignatureVerifier
from pytest_pipeline.engine.evidence_layout import (
    EVIDENCE,
    evidence_path,
    report_path,
    revision_path,
    safe_name,
)
from pytest_pipeline.errors import EvidenceError


class EvidenceFolder:
    """The `EvidenceStore` of a folder.

    ::

        evidence/<stage>/<tree>-<artifact>.json    first 16 digits of each; "none" for no artifact
        reports/<digest>.json                      what every test came to
        revisions/<tree>.json                      path to digest of every file

    Args:
        folder: The state folder; made when the first evidence is added.
        verifier: Checks signatures; None where nobody wants to know who signed.
        keys: Keys whose signatures are looked for.
    """

    def __init__(
        self,
        folder: Path,
        verifier: SignatureVerifier | None = None,
        keys: tuple[PublicKey, ...] = (),
    ) -> None:
        self._state = folder.absolute()
        self._verifier = verifier
        self._keys = keys

    def add(self, envelope: Envelope, revision: Revision, report: str | None = None) -> None:
        """Store evidence, its report and the files of its revision; see the port.

        The report of the evidence that is replaced goes with it.

        Raises:
            ValueError: If it is no evidence, or revision or report are of another one.
        """
        evidence = evidence_in(envelope)
        if evidence.revision_tree != revision.tree:
            raise ValueError(
                f"evidence of revision {evidence.revision_tree} was given with the files of "
                f"{revision.tree}"
            )
        if report is not None and sha256_of(report) != evidence.report:
            raise ValueError(f"the evidence names report {evidence.report}, and got another one")
        path = self._path(evidence)
        before = self._report_at(path)
        written = {"commit": revision.commit, "dirty": revision.dirty, "files": {**revision.files}}
        replace(self._revision_path(revision.tree), json.dumps(written, sort_keys=True))
        if report is not None:
            replace(self._report_path(sha256_of(report)), report)
        replace(path, envelope.to_json())
        if before is not None and before != evidence.report:
            self._report_path(before).unlink(missing_ok=True)

    def latest(self, stage: str) -> AttestedEvidence | None:
        """Return the newest evidence of a stage; see the port.

        Its own word on the time counts: files that were passed on have lost theirs.
        """
        return next(iter(self.every(stage)), None)

    def every(self, stage: str) -> tuple[AttestedEvidence, ...]:
        """Return all evidence of a stage, the newest first; see the port."""
        paths = sorted(self._folder(stage).glob("*.json"))
        found = [each for path in paths if (each := self._read(path)) is not None]
        return tuple(sorted(found, key=lambda each: each.evidence.created, reverse=True))

    def find(self, stage: str, tree: str, artifact: str | None) -> AttestedEvidence | None:
        """Return the evidence of a stage for this very revision and artifact; see the port."""
        found = self._read(self._state / evidence_path(stage, tree, artifact))
        if found is None:
            return None
        evidence = found.evidence
        return found if (evidence.revision_tree, evidence.artifact) == (tree, artifact) else None

    def report(self, digest: str) -> str | None:
        """Return a report by its digest; see the port."""
        path = self._report_path(digest)
        text = read_text(path)
        if text is not None and sha256_of(text) != digest:
            raise EvidenceError(
                f"the report {path} was changed after it was made: fetch it anew from the job that "
                "wrote it, or delete it and run its stage again"
            )
        return text

    def revision_files(self, tree: str) -> Mapping[str, str] | None:
        """Return the files of a revision; None if they are not here or not those of the digest."""
        try:
            data = json.loads(self._revision_path(tree).read_text(encoding="utf-8"))
            files = {str(path): str(digest) for path, digest in data["files"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        return files if tree_digest(files) == tree else None

    def _read(self, path: Path) -> AttestedEvidence | None:
        text = read_text(path)
        if text is None:
            return None
        try:
            found = attested_from(text, self._verifier, self._keys)
        except ValueError as error:
            raise unreadable(path, error) from error
        if self._path(found.evidence) != path:
            raise EvidenceError(
                f"{path} holds evidence of stage {found.evidence.stage} for another revision or "
                "artifact than its name says: fetch the folder anew from the job that wrote it"
            )
        return found

    def _report_at(self, path: Path) -> str | None:
        """Return the digest of the report of evidence that is about to be replaced."""
        try:
            found = self._read(path)
        except EvidenceError:  # whatever it was, it is replaced
            return None
        return found.evidence.report if found is not None else None

    def _folder(self, stage: str) -> Path:
        return self._state / EVIDENCE / safe_name(stage)

    def _path(self, evidence: Evidence) -> Path:
        return self._state / evidence_path(
            evidence.stage, evidence.revision_tree, evidence.artifact
        )

    def _report_path(self, digest: str) -> Path:
        return self._state / report_path(digest)

    def _revision_path(self, tree: str) -> Path:
        return self._state / revision_path(tree)
