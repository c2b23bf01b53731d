"""What a session may have signed, and what each statement is for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pytest_pipeline.domain.envelopes import PAYLOAD_TYPE, Envelope
from pytest_pipeline.domain.in_toto import Statement, statement_from_payload
from pytest_pipeline.domain.promotion_statements import VERIFICATION_SUMMARY
from pytest_pipeline.domain.shard_statements import SHARD_RUN, shard_run_from
from pytest_pipeline.domain.stage_statements import TEST_RESULT

#: The types of statements that say what tests came to, besides in-toto's.
OWN_TYPES = "https://pypi.org/project/pytest-pipeline-gates/"


@dataclass(frozen=True)
class SigningScope:
    """What a session is about; it signs nothing else.

    Attributes:
        service: Name of the service.
        tree: Digest of the revision's tree.
        stages: Names of the stages whose evidence it leaves.
        environments: Names of the environments that it promotes to.
        shard: The part of its one stage that it runs, ``2/5``: it leaves no evidence of the whole;
            empty where it runs whole stages.
    """

    service: str
    tree: str
    stages: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    shard: str = ""


def purpose_in(scope: SigningScope, envelope: Envelope) -> str:
    """Return what an envelope is for, such as ``stage unit``; each purpose is signed once.

    A way back promotes a release of an earlier revision, so that promotions may be of any.

    Raises:
        ValueError: If it is nothing that a session of this scope leaves; says why.
    """
    if envelope.payload_type != PAYLOAD_TYPE:
        raise ValueError(f"not an in-toto statement: its type is {envelope.payload_type!r}")
    statement = statement_from_payload(envelope.payload)
    own = statement.predicate.get("pipeline")
    if not isinstance(own, dict):
        raise ValueError(  # noqa: TRY004 - wrong JSON, no wrong call
            "not a statement of this tool: its predicate has no 'pipeline'"
        )
    if statement.predicate_type == VERIFICATION_SUMMARY:
        return _promotion(scope, statement, own)
    if scope.shard or statement.predicate_type == SHARD_RUN:
        return _shard(scope, statement, own)
    if statement.predicate_type == TEST_RESULT or statement.predicate_type.startswith(OWN_TYPES):
        return _stage(scope, own)
    raise ValueError(f"not a statement of this tool: its type is {statement.predicate_type!r}")


def _promotion(scope: SigningScope, statement: Statement, own: dict[str, Any]) -> str:
    environment, number = own.get("environment"), own.get("sequence")
    about = statement.predicate.get("resourceUri")
    if about != f"pipeline:{scope.service}/{environment}":
        raise ValueError(f"a promotion of {about!r}, not of service {scope.service!r}")
    if environment not in scope.environments:
        raise ValueError(f"a promotion to {environment!r}, to which this session does not promote")
    if not isinstance(number, int):
        raise ValueError(f"a promotion without a number: got {number!r}")  # noqa: TRY004 - as above
    return f"promotion {number} to {environment}"


def _shard(scope: SigningScope, statement: Statement, own: dict[str, Any]) -> str:
    shard = shard_run_from(statement).shard if statement.predicate_type == SHARD_RUN else None
    if str(shard or "") != scope.shard:
        here = f"shard {scope.shard}" if scope.shard else "whole stages"
        there = f"shard {shard}" if shard else f"something of type {statement.predicate_type!r}"
        raise ValueError(f"{there}, and this session runs {here}")
    return f"{_stage(scope, own)}, shard {shard}"


def _stage(scope: SigningScope, own: dict[str, Any]) -> str:
    stage, tree = own.get("stage"), own.get("revision_tree")
    if stage not in scope.stages:
        raise ValueError(f"evidence of stage {stage!r}, which this session does not run")
    if tree != scope.tree:
        raise ValueError(f"evidence of stage {stage!r} for another revision than this session's")
    return f"stage {stage}"
