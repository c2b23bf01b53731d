"""Statements of other versions: what is missing has a default, what is unknown is of a newer."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pytest_pipeline.domain.envelopes import Envelope
from pytest_pipeline.domain.handover_index import (
    HandoverIndex,
    IndexedFile,
    index_from,
    index_statement,
)
from pytest_pipeline.domain.in_toto import Statement, Subject
from pytest_pipeline.domain.policy_approvals import Approval, approval_from, approval_statement
from pytest_pipeline.domain.promotion_statements import promotion_from, promotion_statement
from pytest_pipeline.domain.promotions import Promotion
from pytest_pipeline.domain.releases import Release
from pytest_pipeline.domain.said_twice import demand_agreement
from pytest_pipeline.domain.shard_statements import shard_run_from, shard_statement
from pytest_pipeline.domain.stage_statements import evidence_from, evidence_in, stage_statement
from tests.unit.domain.shards_at_hand import shard_run
from tests.unit.domain.test_stage_statements import ARTIFACT, EVIDENCE, TREE

PROMOTION = Promotion(
    "production", 1, Release(1, ARTIFACT, {}), TREE, None, EVIDENCE.dirty, "deploy", {}, (), None,
    "e1", "now",
)  # fmt: skip
APPROVAL = Approval("production", TREE, ARTIFACT, "because", "Ada", "now")
FILES = {"a": IndexedFile(ARTIFACT, 1)}
INDEX = HandoverIndex("orders", TREE, None, EVIDENCE.dirty, None, "now", FILES)
KINDS: list[tuple[Statement, Callable[[Statement], object], str]] = [
    (stage_statement(EVIDENCE, "orders"), evidence_from, "pipeline.parts_of"),
    (stage_statement(EVIDENCE, "orders"), evidence_from, "pipeline.results[].base"),
    (promotion_statement(PROMOTION, "orders"), promotion_from, "pipeline.more"),
    (shard_statement(shard_run()), shard_run_from, "pipeline.cut.more"),
    (approval_statement(APPROVAL), approval_from, "more"),
    (index_statement(INDEX), index_from, "files.a.more"),
]


def said(statement: Statement, **changed: object) -> Statement:
    predicate = json.loads(json.dumps(dict(statement.predicate)))
    return replace(statement, predicate={**predicate, **changed})


def with_key(statement: Statement, path: str) -> Statement:
    changed = said(statement)
    place: Any = changed.predicate
    *above, last = path.split(".")
    for each in above:
        place = place[each.removesuffix("[]")]
        place = place[0] if each.endswith("[]") else place
    place[last] = 1
    return changed


@pytest.mark.parametrize(("statement", "read", "key"), KINDS)
def test_what_is_not_known_is_of_a_newer_version(
    statement: Statement, read: Callable[[Statement], object], key: str
) -> None:
    read(said(statement))

    with pytest.raises(ValueError, match="written by a newer version") as refused:
        read(with_key(statement, key))

    assert repr(key) in str(refused.value)
    assert "upgrade pytest-pipeline-gates" in str(refused.value)


def test_evidence_from_before_there_were_parts_is_read() -> None:
    statement = stage_statement(EVIDENCE, "orders")
    own = {key: each for key, each in statement.predicate["pipeline"].items() if key != "parts"}
    before = said(statement, pipeline=own)

    assert evidence_from(before) == EVIDENCE
    assert evidence_in(Envelope(before.to_payload())) == EVIDENCE


def test_what_the_standard_says_is_never_missing() -> None:
    statement = said(stage_statement(EVIDENCE, "orders"))
    short = {key: each for key, each in statement.predicate.items() if key != "successes"}

    with pytest.raises(ValueError, match="what it says twice differs"):
        evidence_from(replace(statement, predicate=short))


STATEMENT = Statement(
    (Subject("orders", ARTIFACT),), "type", {"count": 1, "pipeline": {"a": 1, "b": [{"c": 1}]}}
)


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(replace(STATEMENT, subjects=(Subject("orders", TREE),)), id="subject"),
        pytest.param(replace(STATEMENT, predicate_type="other"), id="type"),
        pytest.param(said(STATEMENT, count=2), id="count"),
        pytest.param(said(STATEMENT, count=1.0), id="count-as-a-float"),
        pytest.param(said(STATEMENT, count=True), id="count-as-a-flag"),
        pytest.param(said(STATEMENT, pipeline={"a": 2}), id="own"),
        pytest.param(said(STATEMENT, pipeline={"a": [1]}), id="own-list-for-a-figure"),
        pytest.param(said(STATEMENT, pipeline={"b": []}), id="own-list-is-shorter"),
        pytest.param(said(STATEMENT, pipeline={"b": [{"c": 2}]}), id="own-list-differs"),
        pytest.param(said(STATEMENT, pipeline=[]), id="own-is-a-list"),
    ],
)
def test_what_contradicts_itself_is_refused(given: Statement) -> None:
    with pytest.raises(ValueError, match="wrong: what it says twice differs"):
        demand_agreement(given, STATEMENT, "wrong")


def test_what_is_nested_without_end_is_refused() -> None:
    deep: Any = {}
    for _ in range(5000):
        deep = {"gate": deep}
    given = said(STATEMENT)
    given.predicate["pipeline"]["a"] = deep  # type: ignore[index]

    with pytest.raises(ValueError, match="wrong: RecursionError"):
        demand_agreement(given, replace(STATEMENT, predicate=given.predicate), "wrong")
