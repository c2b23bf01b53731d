"""Statements and envelopes as others read them: in-toto's own messages, securesystemslib's DSSE."""

from __future__ import annotations

import json
import re
import warnings
from typing import Any

import pytest
from securesystemslib.dsse import Envelope as TheirEnvelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey

from pytest_pipeline.domain.envelopes import Envelope
from pytest_pipeline.domain.evidence import Evidence
from pytest_pipeline.domain.gates import ObjectiveResult
from pytest_pipeline.domain.in_toto import Statement
from pytest_pipeline.domain.promotion_statements import promotion_statement
from pytest_pipeline.domain.promotions import Promotion, PromotionInput
from pytest_pipeline.domain.releases import Release
from pytest_pipeline.domain.stage_statements import stage_statement
from pytest_pipeline.domain.verdicts import Verdict
from tests.statements import MemorySigner, envelope_of

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the messages of 2023 were made by an older protoc
    from google.protobuf import json_format
    from in_toto_attestation.predicates.test_result.v0 import test_result_pb2
    from in_toto_attestation.predicates.vsa.v1 import vsa_pb2
    from in_toto_attestation.v1 import statement_pb2
    from in_toto_attestation.v1.resource_descriptor import ResourceDescriptor
    from in_toto_attestation.v1.statement import Statement as TheirStatement

TREE, ARTIFACT = "sha256:" + "1" * 64, "sha256:" + "2" * 64
EVIDENCE = Evidence(
    stage="unit",
    verdict=Verdict.WARN,
    revision_tree=TREE,
    commit="c" * 40,
    artifact=ARTIFACT,
    policy="sha256:" + "3" * 64,
    results=(ObjectiveResult("tests.flaky", 1, Verdict.WARN, "1, wanted == 0"),),
    measurements={"tests.flaky": 1, "custom.ratio": float("nan")},
    resources={"database": "container 18.1"},
    interpreter="3.11.9",
    distributions={"pytest": "9.2.0"},
    execution="e1",
    created="2026-01-31T12:00:00Z",
    report="sha256:" + "4" * 64,
    passed=("t::a", "t::b"),
    warned=("t::flaky",),
    failed=("t::red",),
)
PROMOTION = Promotion(
    environment="staging",
    sequence=1,
    release=Release(7, ARTIFACT, {}),
    revision_tree=TREE,
    commit="c" * 40,
    dirty=False,
    way="deploy",
    policy={"stages": {}},
    inputs=(PromotionInput("evidence/unit", "sha256:" + "5" * 64),),
    previous=None,
    execution="e2",
    created="2026-01-31T12:00:00Z",
)
#: What both kinds have beside the fields that their standards name.
OWN = {"pipeline", "successes", "warnings", "failures"}
#: A list in SLSA's text, a single text in the messages of 2023.
NOT_IN_THEIR_MESSAGE = {"verifiedLevels"}


def parsed(statement: Statement) -> Any:  # noqa: ANN401 - a message of protobuf
    message = statement_pb2.Statement()
    json_format.Parse(statement.to_payload(), message)
    TheirStatement.copy_from_pb(message).validate()
    return message


def message_of(statement: Statement, message: Any) -> Any:  # noqa: ANN401 - as above
    """Fill a message of the standard's own with what it has fields for, and leave nothing else."""
    predicate = json_format.MessageToDict(parsed(statement).predicate)
    known = {each.json_name for each in message.DESCRIPTOR.fields}
    assert set(predicate) - known <= OWN
    told = known - NOT_IN_THEIR_MESSAGE
    json_format.ParseDict({k: v for k, v in predicate.items() if k in told}, message)
    return message


@pytest.mark.parametrize(
    "statement", [stage_statement(EVIDENCE, "orders"), promotion_statement(PROMOTION, "orders")]
)
def test_statements_are_valid_in_the_word_of_their_framework(statement: Statement) -> None:
    message = parsed(statement)

    assert [(each.name, dict(each.digest)) for each in message.subject] == [
        ("orders", {"sha256": "2" * 64})
    ]
    assert message.predicate_type == statement.predicate_type


@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_stage_is_a_test_result(verdict: Verdict) -> None:
    statement = stage_statement(Evidence(**{**vars(EVIDENCE), "verdict": verdict}), "orders")

    result = message_of(statement, test_result_pb2.TestResult())

    assert result.result in {"PASSED", "WARNED", "FAILED"}  # test-result.md, "result"
    assert (result.result != "FAILED") is verdict.promotes
    assert list(result.passed_tests) == ["t::a", "t::b"]
    assert list(result.warned_tests) == ["t::flaky"]
    assert list(result.failed_tests) == ["t::red"]
    for each in result.configuration:  # required, and each with what it is told by
        ResourceDescriptor.copy_from_pb(each).validate()
    assert [each.name for each in result.configuration] == ["revision", "policy", "report"]


def test_counts_are_integers_for_those_who_read_integers() -> None:
    predicate = json.loads(stage_statement(EVIDENCE, "orders").to_payload())["predicate"]

    assert [predicate[each] for each in ("successes", "warnings", "failures")] == [2, 1, 1]
    assert all(type(predicate[each]) is int for each in ("successes", "warnings", "failures"))


def test_a_promotion_is_a_verification_summary() -> None:
    summary = message_of(promotion_statement(PROMOTION, "orders"), vsa_pb2.VerificationSummary())

    assert summary.verification_result == "PASSED"
    assert summary.time_verified.ToJsonString() == "2026-01-31T12:00:00Z"
    assert summary.policy.digest["sha256"]
    assert [dict(each.digest) for each in summary.input_attestations] == [{"sha256": "5" * 64}]


def test_digests_are_lowercase_hexadecimal_as_the_framework_wants_them() -> None:
    payload = stage_statement(EVIDENCE, "orders").to_payload().decode()

    assert all(
        re.fullmatch("[0-9a-f]{64}", each) for each in re.findall(r'"sha256":"([^"]*)"', payload)
    )


@pytest.fixture
def signer() -> MemorySigner:
    return MemorySigner()


def their_key(signer: MemorySigner) -> SSlibKey:
    key = signer.key
    return SSlibKey(key.keyid, "ed25519", "ed25519", {"public": key.raw.hex()})


def test_an_envelope_is_verified_by_others_as_by_us(signer: MemorySigner) -> None:
    theirs = TheirEnvelope.from_dict(json.loads(envelope_of(EVIDENCE, signer).to_json()))

    accepted = theirs.verify([their_key(signer)], 1)

    assert set(accepted) == {signer.key.keyid}
    assert theirs.payload == stage_statement(EVIDENCE, "orders").to_payload()
    assert theirs.pae() == envelope_of(EVIDENCE).signed_bytes


def test_an_altered_envelope_is_refused_by_others_too(signer: MemorySigner) -> None:
    signed = envelope_of(EVIDENCE, signer)
    altered = Envelope(signed.payload.replace(b"FAILED", b"PASSED") + b" ", signed.signatures)
    theirs = TheirEnvelope.from_dict(json.loads(altered.to_json()))

    with pytest.raises(VerificationError):
        theirs.verify([their_key(signer)], 1)
