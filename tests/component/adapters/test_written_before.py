"""What was handed on once stays readable: the files in ``data/written_before`` never change.

A field that is added later needs a default, and these files do without it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_pipeline.adapters.dsse import DsseVerifier
from pytest_pipeline.adapters.evidence_folder import EvidenceFolder
from pytest_pipeline.adapters.promotion_folder import PromotionFolder
from pytest_pipeline.adapters.shard_folder import ShardFolder
from pytest_pipeline.domain.attested import AttestedEvidence
from pytest_pipeline.domain.envelopes import envelope_from_json
from pytest_pipeline.domain.handover_index import index_from
from pytest_pipeline.domain.in_toto import statement_from_payload
from pytest_pipeline.domain.policy_approvals import approval_from
from pytest_pipeline.domain.promotion_checks import chain_problem, end_problem
from pytest_pipeline.domain.trust import PublicKey, Signer, Trust
from pytest_pipeline.domain.verdicts import Verdict

FOLDER = Path(__file__).parent / "data/written_before"
KEY = PublicKey(
    bytes.fromhex("15441f6bacafb49dafa51eb9326b2607485fe1c4a245cb62555195caf5147872"),
)
TREE, BUILT = "sha256:" + "1" * 64, "sha256:" + "2" * 64


@pytest.fixture
def evidence() -> AttestedEvidence:
    found = EvidenceFolder(FOLDER, DsseVerifier(), (KEY,)).find("unit", TREE, BUILT)
    assert found is not None
    return found


def test_evidence_is_read_and_its_signature_holds(evidence: AttestedEvidence) -> None:
    said = evidence.evidence

    assert evidence.keyids == {KEY.keyid}
    assert (said.verdict, said.passed, said.environment) == (
        Verdict.WARN,
        ("t::a", "t::b"),
        "staging",
    )
    assert said.gate == {
        "retries": 1,
        "objectives": [{"measure": "tests.failed", "pass": ["== 0"]}],
    }


def test_promotions_are_read_and_are_a_whole_chain() -> None:
    found = PromotionFolder(FOLDER, DsseVerifier(), (KEY,)).promotions("production")

    assert [each.promotion.release.number for each in found] == [3, 2]
    trust = Trust((Signer("ci", KEY),))
    assert chain_problem("production", found, trust) is None
    assert end_problem(found[-1], trust) is None


def test_a_shard_is_read_with_its_report() -> None:
    folder = ShardFolder(FOLDER, DsseVerifier(), (KEY,))

    (found,) = folder.every("unit")

    assert (str(found.run.shard), found.run.cut.collected, found.keyids) == ("1/2", 7, {KEY.keyid})
    assert folder.report(found) == "{}\n"


def test_an_approval_is_read() -> None:
    (envelope,) = PromotionFolder(FOLDER, DsseVerifier()).approvals("production")

    approval = approval_from(statement_from_payload(envelope.payload))

    assert (approval.who, approval.changes) == ("Ada", ("less",))


def test_an_index_is_read() -> None:
    envelope = envelope_from_json((FOLDER / "index.json").read_bytes().decode())

    index = index_from(statement_from_payload(envelope.payload))

    assert len(index.files) == 6
