"""Promotions as statements: SLSA's Verification Summary Attestation, version 1."""

from __future__ import annotations

from typing import Any

from pytest_pipeline.domain.envelopes import PAYLOAD_TYPE, Envelope, canonical_json, sha256_of
from pytest_pipeline.domain.in_toto import Statement, Subject, statement_from_payload
from pytest_pipeline.domain.promotions import Promotion, PromotionInput
from pytest_pipeline.domain.releases import Release
from pytest_pipeline.domain.said_twice import demand_agreement

#: slsa.dev/spec/v1.0/verification_summary
VERIFICATION_SUMMARY = "https://slsa.dev/verification_summary/v1"

#: Who verified, as the format wants it: this tool, whoever ran it.
VERIFIER = "urn:pytest-pipeline-gates:verifier:v1"


def promotion_statement(promotion: Promotion, service: str) -> Statement:
    """Return the statement of a promotion.

    Args:
        promotion: What was promoted.
        service: Name of the service.
    """
    release = promotion.release
    return Statement(
        (Subject(service, release.artifact),),
        VERIFICATION_SUMMARY,
        {
            "verifier": {"id": VERIFIER},
            "timeVerified": promotion.created,
            "resourceUri": f"pipeline:{service}/{promotion.environment}",
            "policy": {
                "uri": f"pipeline:{service}/{promotion.environment}/policy",
                "digest": {"sha256": _hex(sha256_of(canonical_json(promotion.policy)))},
            },
            "inputAttestations": [
                {"uri": each.name, "digest": {"sha256": _hex(each.digest)}}
                for each in promotion.inputs
            ],
            "verificationResult": "PASSED",
            "verifiedLevels": [],
            "slsaVersion": "1.0",
            "pipeline": {
                "environment": promotion.environment,
                "sequence": promotion.sequence,
                "release": release.number,
                "configuration": dict(release.configuration),
                "revision_tree": promotion.revision_tree,
                "commit": promotion.commit,
                "dirty": promotion.dirty,
                "way": promotion.way,
                "policy": promotion.policy,
                "previous": promotion.previous,
                "execution": promotion.execution,
                "figures": dict(promotion.figures),
                "forced": promotion.forced,
            },
        },
    )


def promotion_from(statement: Statement) -> Promotion:
    """Read a promotion.

    Raises:
        ValueError: If the statement is none, contradicts itself, or is of a newer version.
    """
    if statement.predicate_type != VERIFICATION_SUMMARY:
        raise ValueError(f"not a promotion: a statement of type {statement.predicate_type!r}")
    try:
        promotion = _read(statement)
        again = promotion_statement(promotion, statement.subjects[0].name)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"not a promotion: {error!r}") from error
    demand_agreement(statement, again, "not a promotion")
    return promotion


def promotion_in(envelope: Envelope) -> Promotion:
    """Read the promotion of an envelope; nobody has checked its signatures.

    Raises:
        ValueError: If there is none in it, or its bytes are not those it is written as.
    """
    statement = statement_from_payload(envelope.payload)
    promotion = promotion_from(statement)
    if (statement.to_payload(), PAYLOAD_TYPE) != (envelope.payload, envelope.payload_type):
        raise ValueError("not written as statements are here: it was changed after it was made")
    return promotion


def _read(statement: Statement) -> Promotion:
    predicate, own = statement.predicate, statement.predicate["pipeline"]
    return Promotion(
        environment=str(own["environment"]),
        sequence=int(own["sequence"]),
        release=Release(
            int(own["release"]),
            statement.subjects[0].digest,
            {str(key): str(value) for key, value in own["configuration"].items()},
        ),
        revision_tree=str(own["revision_tree"]),
        commit=own["commit"],
        dirty=bool(own["dirty"]),
        way=str(own["way"]),
        policy=own["policy"],
        inputs=tuple(_input(each) for each in predicate["inputAttestations"]),
        previous=own["previous"],
        execution=str(own["execution"]),
        created=str(predicate["timeVerified"]),
        figures=own["figures"],
        forced=str(own["forced"]),
        service=statement.subjects[0].name,
    )


def _input(written: Any) -> PromotionInput:  # noqa: ANN401 - as the file has it
    return PromotionInput(str(written["uri"]), "sha256:" + str(written["digest"]["sha256"]))


def _hex(digest: str) -> str:
    return digest.removeprefix("sha256:")
