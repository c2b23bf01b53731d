"""Evidence of stages as statements: the in-toto predicate ``test-result``, version 0.1."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_pipeline.domain.envelopes import PAYLOAD_TYPE, Envelope
from pytest_pipeline.domain.evidence import Evidence
from pytest_pipeline.domain.gates import ObjectiveResult
from pytest_pipeline.domain.in_toto import Statement, Subject, statement_from_payload
from pytest_pipeline.domain.reported_figures import (
    read_figure,
    read_figures,
    written_figure,
    written_figures,
)
from pytest_pipeline.domain.said_twice import demand_agreement
from pytest_pipeline.domain.verdicts import Verdict

#: in-toto/attestation, spec/predicates/test-result.md
TEST_RESULT = "https://in-toto.io/attestation/test-result/v0.1"

_SHA256 = "sha256:"
#: What has no word of its own there has not passed.
_RESULTS = {Verdict.PASS: "PASSED", Verdict.WARN: "WARNED"}
_FAILED = "FAILED"


def stage_statement(evidence: Evidence, service: str) -> Statement:
    """Return the statement of a stage's evidence.

    Args:
        evidence: What the stage came to.
        service: Name of the service.
    """
    return Statement(
        (Subject(service, evidence.artifact or evidence.revision_tree),),
        TEST_RESULT,
        {
            "result": _RESULTS.get(evidence.verdict, _FAILED),
            "configuration": _configuration(evidence),
            "passedTests": list(evidence.passed),
            "warnedTests": list(evidence.warned),
            "failedTests": list(evidence.failed),
            "successes": len(evidence.passed),
            "warnings": len(evidence.warned),
            "failures": len(evidence.failed),
            "pipeline": _pipeline(evidence),
        },
    )


def evidence_from(statement: Statement) -> Evidence:
    """Read evidence.

    Raises:
        ValueError: If the statement is none of a stage, contradicts itself, or is of a newer
            version.
    """
    if statement.predicate_type != TEST_RESULT:
        raise ValueError(
            f"not evidence of a stage: a statement of type {statement.predicate_type!r}"
        )
    try:
        evidence = _read(statement.predicate)
        again = stage_statement(evidence, statement.subjects[0].name)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"not evidence of a stage: {error!r}") from error
    demand_agreement(statement, again, "not evidence of a stage")
    return evidence


def evidence_in(envelope: Envelope) -> Evidence:
    """Read the evidence of an envelope; nobody has checked its signatures.

    Raises:
        ValueError: If there is none in it, or its bytes are not those it is written as.
    """
    statement = statement_from_payload(envelope.payload)
    evidence = evidence_from(statement)
    if (statement.to_payload(), PAYLOAD_TYPE) != (envelope.payload, envelope.payload_type):
        raise ValueError("not written as statements are here: it was changed after it was made")
    return evidence


def _configuration(evidence: Evidence) -> list[dict[str, Any]]:
    """Return resource descriptors of what decided: the revision, the gate's policy, the report."""
    named = {
        "revision": evidence.revision_tree,
        "policy": evidence.policy,
        "report": evidence.report or "",
    }
    return [
        {"name": name, "digest": {"sha256": digest.removeprefix(_SHA256)}}
        for name, digest in named.items()
        if digest.startswith(_SHA256)
    ]


def _pipeline(evidence: Evidence) -> dict[str, Any]:
    return {
        "stage": evidence.stage,
        "verdict": str(evidence.verdict),
        "revision_tree": evidence.revision_tree,
        "commit": evidence.commit,
        "dirty": evidence.dirty,
        "artifact": evidence.artifact,
        "policy": evidence.policy,
        "gate": evidence.gate,
        "results": [_result(each) for each in evidence.results],
        "measurements": written_figures(evidence.measurements),
        "registered": {name: list(told) for name, told in evidence.registered.items()},
        "left_out": list(evidence.left_out),
        "environment": evidence.environment,
        "resources": dict(evidence.resources),
        "images": dict(evidence.images),
        "interpreter": evidence.interpreter,
        "distributions": dict(evidence.distributions),
        "report": evidence.report,
        "parts": list(evidence.parts),
        "execution": evidence.execution,
        "created": evidence.created,
        **_later(evidence),
    }


def _later(evidence: Evidence) -> dict[str, Any]:
    """Return what earlier versions do not know, where it says something."""
    conditions = {nodeid: dict(each) for nodeid, each in evidence.conditions.items()}
    return {"conditions": conditions} if conditions else {}


def _result(result: ObjectiveResult) -> dict[str, Any]:
    return {
        "measure": result.measure,
        "value": None if result.value is None else written_figure(result.value),
        "verdict": str(result.verdict),
        "reason": result.reason,
        "baseline": None if result.baseline is None else written_figure(result.baseline),
    }


def _read(predicate: Mapping[str, Any]) -> Evidence:
    own = predicate["pipeline"]
    return Evidence(
        stage=str(own["stage"]),
        verdict=Verdict(own["verdict"]),
        revision_tree=str(own["revision_tree"]),
        commit=_maybe(own["commit"]),
        artifact=_maybe(own["artifact"]),
        policy=str(own["policy"]),
        results=tuple(_read_result(each) for each in own["results"]),
        measurements=read_figures(own["measurements"]),
        resources=_texts(own["resources"]),
        interpreter=str(own["interpreter"]),
        distributions=_texts(own["distributions"]),
        execution=str(own["execution"]),
        created=str(own["created"]),
        dirty=bool(own["dirty"]),
        left_out=_names(own["left_out"]),
        registered={
            name: (str(unit), str(meaning)) for name, (unit, meaning) in own["registered"].items()
        },
        gate={**own["gate"]},
        report=_maybe(own["report"]),
        images=_texts(own["images"]),
        passed=_names(predicate["passedTests"]),
        warned=_names(predicate["warnedTests"]),
        failed=_names(predicate["failedTests"]),
        environment=str(own["environment"]),
        parts=_names(own.get("parts", ())),
        conditions={
            str(nodeid): _texts(each) for nodeid, each in own.get("conditions", {}).items()
        },
    )


def _read_result(written: Mapping[str, Any]) -> ObjectiveResult:
    value, baseline = written["value"], written["baseline"]
    return ObjectiveResult(
        str(written["measure"]),
        None if value is None else read_figure(value),
        Verdict(written["verdict"]),
        str(written["reason"]),
        None if baseline is None else read_figure(baseline),
    )


def _maybe(written: Any) -> str | None:  # noqa: ANN401 - as the file has it
    return None if written is None else str(written)


def _texts(written: Mapping[str, Any]) -> dict[str, str]:
    return {str(name): str(value) for name, value in written.items()}


def _names(written: Any) -> tuple[str, ...]:  # noqa: ANN401 - as the file has it
    return tuple(map(str, written))
