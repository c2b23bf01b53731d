"""The port to the evidence of stages, and how it is looked up for a check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from pytest_pipeline.domain.attested import AttestedEvidence
from pytest_pipeline.domain.envelopes import Envelope
from pytest_pipeline.domain.evidence_checks import (
    EvidenceProblem,
    Finding,
    RequiredEvidence,
    evidence_problems,
)
from pytest_pipeline.domain.revisions import Revision


class EvidenceLookup(Protocol):
    """Evidence as a check asks for it."""

    def latest(self, stage: str) -> AttestedEvidence | None:
        """Return the newest evidence of a stage; see `EvidenceStore`."""
        ...

    def find(self, stage: str, tree: str, artifact: str | None) -> AttestedEvidence | None:
        """Return the evidence for this very revision and artifact; see `EvidenceStore`."""
        ...

    def revision_files(self, tree: str) -> Mapping[str, str] | None:
        """Return the files of a revision by its digest; None if they are not known here."""
        ...


class EvidenceStore(Protocol):
    """Evidence, and the revisions it speaks of, in files that one job passes to the next."""

    def add(self, envelope: Envelope, revision: Revision, report: str | None = None) -> None:
        """Store evidence, its report and the files of its revision; durable when it returns.

        It replaces earlier evidence of the same stage, revision and artifact.

        Args:
            envelope: The evidence, as `stage_statements.stage_statement` says it.
            revision: What it is of.
            report: Text of its report; None where it names none, or that is here already.

        Raises:
            ValueError: If these do not belong together.
            StateError: If it cannot be written.
        """
        ...

    def latest(self, stage: str) -> AttestedEvidence | None:
        """Return the newest evidence of a stage, whatever it was tested on.

        Raises:
            EvidenceError: If evidence of the stage cannot be read.
        """
        ...

    def find(self, stage: str, tree: str, artifact: str | None) -> AttestedEvidence | None:
        """Return the evidence of a stage for this very revision and artifact.

        Raises:
            EvidenceError: If it is there but cannot be read.
        """
        ...

    def every(self, stage: str) -> tuple[AttestedEvidence, ...]:
        """Return all evidence of a stage, whatever it was tested on, the newest first.

        Raises:
            EvidenceError: If evidence of the stage cannot be read.
        """
        ...

    def report(self, digest: str) -> str | None:
        """Return a report by its digest; None if it is not known here.

        Raises:
            EvidenceError: If it is not what it was when it was made.
        """
        ...

    def revision_files(self, tree: str) -> Mapping[str, str] | None:
        """Return the files of a revision by its digest; None if they are not known here."""
        ...


def check_evidence(
    store: EvidenceLookup,
    required: Sequence[RequiredEvidence],
    revision: Revision,
    artifact: str | None,
    *,
    path: str = "",
) -> tuple[EvidenceProblem, ...]:
    """Return why the evidence does not promote this revision and artifact; empty when it does.

    Args:
        store: Where the evidence is.
        required: The stages that must have passed, in order.
        revision: What is to be promoted.
        artifact: Digest of what is to be promoted; None where nothing is built.
        path: Path of the service root as the user wrote it, for the commands that are proposed.

    Raises:
        EvidenceError: If evidence cannot be read.
    """
    tree = revision.tree
    findings = {
        each.stage: _look_up(store, each.stage, tree=tree, artifact=artifact) for each in required
    }
    return evidence_problems(required, revision.files, artifact, findings, path=path)


def _look_up(store: EvidenceLookup, stage: str, *, tree: str, artifact: str | None) -> Finding:
    exact = store.find(stage, tree, artifact)
    if exact is not None:
        return Finding(exact)
    latest = store.latest(stage)
    files = store.revision_files(latest.evidence.revision_tree) if latest else None
    return Finding(latest, files)
