"""Shards that tests have at hand: two of one cut, of nothing in particular."""

from __future__ import annotations

from dataclasses import replace
from typing import TypedDict, Unpack

from pytest_pipeline.domain.envelopes import Envelope, Signature
from pytest_pipeline.domain.shard_statements import (
    AttestedShard,
    CutClaim,
    ShardRun,
    shard_statement,
)
from pytest_pipeline.domain.shards import Shard


class Changes(TypedDict, total=False):
    """What may differ from the shard at hand."""

    cut: CutClaim
    revision_tree: str
    artifact: str | None
    policy: str
    report: str
    tests: str
    images: dict[str, str]
    interpreter: str
    distributions: dict[str, str]


TREE, ARTIFACT = "sha256:" + "1" * 64, "sha256:" + "a" * 64


def shard_run(number: int = 1, total: int = 2, **changed: Unpack[Changes]) -> ShardRun:
    return replace(
        ShardRun(
            stage="unit",
            shard=Shard(number, total),
            cut=CutClaim("sha256:cut", "sha256:listed", 7),
            revision_tree=TREE,
            commit="c" * 40,
            dirty=False,
            artifact=ARTIFACT,
            policy="sha256:policy",
            report="sha256:" + "e" * 64,
            tests="sha256:tests",
            recorded=("custom.rows",),
            resources={"database": "embedded 18.6"},
            interpreter="3.11.9",
            distributions={"pytest": "9.2.0"},
            execution="e1",
            created="2026-01-31T12:00:00Z",
        ),
        **changed,
    )


def attested(
    run: ShardRun, *, keyids: frozenset[str] = frozenset(), signatures: tuple[Signature, ...] = ()
) -> AttestedShard:
    return AttestedShard(run, Envelope(shard_statement(run).to_payload(), signatures), keyids)
