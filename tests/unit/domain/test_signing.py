"""What a session may have signed."""

import pytest

from pytest_pipeline.domain.envelopes import Envelope
from pytest_pipeline.domain.in_toto import Statement, Subject
from pytest_pipeline.domain.promotion_statements import VERIFICATION_SUMMARY
from pytest_pipeline.domain.signing import OWN_TYPES, SigningScope, purpose_in
from pytest_pipeline.domain.stage_statements import TEST_RESULT

TREE = "sha256:" + "1" * 64
SCOPE = SigningScope("orders", TREE, ("unit",), ("staging",))


def enveloped(kind: str, pipeline: object, **predicate: object) -> Envelope:
    statement = Statement((Subject("orders", TREE),), kind, {**predicate, "pipeline": pipeline})
    return Envelope(statement.to_payload())


def stage(name: str = "unit", tree: str = TREE, kind: str = TEST_RESULT) -> Envelope:
    return enveloped(kind, {"stage": name, "revision_tree": tree})


def promotion(
    environment: str = "staging", sequence: object = 7, service: str = "orders"
) -> Envelope:
    uri = f"pipeline:{service}/{environment}"
    own = {"environment": environment, "sequence": sequence}
    return enveloped(VERIFICATION_SUMMARY, own, resourceUri=uri)


@pytest.mark.parametrize(
    ("envelope", "purpose"),
    [
        pytest.param(stage(), "stage unit", id="stage"),
        pytest.param(stage(kind=f"{OWN_TYPES}shard/v1"), "stage unit", id="shard"),
        pytest.param(promotion(), "promotion 7 to staging", id="promotion"),
    ],
)
def test_what_a_session_is_about_has_a_purpose(envelope: Envelope, purpose: str) -> None:
    assert purpose_in(SCOPE, envelope) == purpose


@pytest.mark.parametrize(
    ("envelope", "said"),
    [
        pytest.param(stage("component"), "which this session does not run", id="other-stage"),
        pytest.param(stage(tree="sha256:0"), "for another revision", id="other-revision"),
        pytest.param(promotion("production"), "does not promote", id="other-environment"),
        pytest.param(promotion(service="stock"), "not of service 'orders'", id="other-service"),
        pytest.param(promotion(sequence="7"), "without a number", id="no-number"),
        pytest.param(stage(kind="https://slsa.dev/provenance/v1"), "its type is", id="other-kind"),
        pytest.param(enveloped(TEST_RESULT, None), "has no 'pipeline'", id="of-others"),
        pytest.param(Envelope(b"{}"), "not an in-toto statement", id="no-statement"),
        pytest.param(
            Envelope(stage().payload, (), "text/plain"), "its type is", id="other-payload"
        ),
    ],
)
def test_anything_else_is_refused(envelope: Envelope, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        purpose_in(SCOPE, envelope)
