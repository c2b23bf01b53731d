"""Evidence that somebody altered who has a key: what a gate has to find out by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from pytest_pipeline.adapters.dsse.signer import signer_from
from pytest_pipeline.domain.envelopes import Envelope, envelope_from_json
from pytest_pipeline.domain.evidence import Evidence
from pytest_pipeline.domain.in_toto import statement_from_payload
from pytest_pipeline.domain.stage_statements import evidence_in, stage_statement
from pytest_pipeline.engine.attesting import attest
from tests.e2e.drills.repository import Repository
from tests.e2e.workflows.signing import Key

#: Digits of each digest in the name of a file of evidence.
_SHOWN = 16


def resign(job: Repository, stage: str, key: Key | None, **changes: object) -> None:
    """Replace a stage's evidence by one with other claims.

    Args:
        job: The clone of a job, in which it lies.
        stage: The stage.
        key: Who signs it; None for nobody.
        changes: Attributes of `Evidence`, and what they say instead.
    """

    def changed(envelope: Envelope) -> Envelope:
        service = statement_from_payload(envelope.payload).subjects[0].name
        evidence = replace(evidence_in(envelope), **changes)  # type: ignore[arg-type]
        signer = signer_from(key.secret.encode(), str(key.file)) if key else None
        return attest(stage_statement(evidence, service), signer)

    _rewrite(job, stage, changed)


def _rewrite(job: Repository, stage: str, change: Callable[[Envelope], Envelope]) -> None:
    (file,) = (job.state / "evidence" / stage).glob("*.json")
    envelope = change(envelope_from_json(file.read_text(encoding="utf-8")))
    file.unlink()
    named = file.with_name(_name(evidence_in(envelope)))
    named.write_text(envelope.to_json(), encoding="utf-8")


def _name(evidence: Evidence) -> str:
    shown = (evidence.revision_tree, evidence.artifact or "none")
    return "-".join(each.removeprefix("sha256:")[:_SHOWN] for each in shown) + ".json"
