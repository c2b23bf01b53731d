"""Which shards make up a stage, and why others do not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Unpack

import pytest

from pytest_pipeline.domain.envelopes import Signature
from pytest_pipeline.domain.shard_checks import (
    WantedShards,
    chosen_total,
    id_problems,
    shard_problems,
)
from pytest_pipeline.domain.shard_cuts import digest_of_ids
from pytest_pipeline.domain.shard_statements import AttestedShard, CutClaim
from pytest_pipeline.domain.shards import Shard
from pytest_pipeline.domain.trust import PublicKey, Signer, Trust
from tests.unit.domain.shards_at_hand import ARTIFACT, TREE, Changes, attested, shard_run

WANTED = WantedShards("unit", "sha256:policy", TREE, ARTIFACT, Trust())
KEY = PublicKey(b"k" * 32)
SIGNED: dict[str, Any] = {
    "keyids": frozenset({KEY.keyid}),
    "signatures": (Signature(KEY.keyid, b"s"),),
}
CUT = CutClaim("sha256:cut", "sha256:listed", 7)


def pair(**changed: Unpack[Changes]) -> list[AttestedShard]:
    """Return two shards of one cut, the second one changed."""
    return [attested(shard_run(1)), attested(shard_run(2, **changed))]


def test_all_shards_of_one_cut_make_up_a_stage() -> None:
    assert shard_problems(WANTED, pair(), 2) == ()


def test_a_missing_shard_is_named_with_the_command_that_provides_it() -> None:
    wanted = replace(WANTED, path="services/orders")

    (problem,) = shard_problems(wanted, [attested(shard_run(1))], 2)

    assert problem == (
        "shard 2/2 of unit is missing: run pytest --pipeline-stage=unit --pipeline-shard=2/2 "
        "services/orders, or hand over its .pipeline/shards and reports"
    )


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        pytest.param(
            {"revision_tree": "sha256:" + "2" * 64},
            "shard 2/2 of unit is missing (it was run on another revision, commit cccccccccccc): ",
            id="revision",
        ),
        pytest.param(
            {"artifact": "sha256:" + "b" * 64},
            "shard 2/2 of unit is missing (it was run on another artifact): ",
            id="artifact",
        ),
        pytest.param(
            {"policy": "sha256:other"},
            "the gate of stage unit or the quarantine was changed since shard 2/2 of unit was run",
            id="policy",
        ),
        pytest.param(
            {"cut": replace(CUT, listed="sha256:other", collected=8)},
            "the shards were cut differently: not of the same tests (1/2: 7; 2/2: 8)",
            id="tests",
        ),
        pytest.param(
            {"cut": replace(CUT, fingerprint="sha256:other")},
            "the shards were cut differently: fingerprints 1/2: cut; 2/2: other; run all of them "
            "again with the same .pipeline/durations: ",
            id="durations",
        ),
        pytest.param(
            {"interpreter": "3.12.1"},
            "the shards ran on different versions of Python: 1/2: 3.11.9; 2/2: 3.12.1",
            id="interpreter",
        ),
        pytest.param(
            {"distributions": {"pytest": "9.2.0", "attrs": "26"}},
            "the shards ran with different distributions installed: attrs",
            id="distributions",
        ),
    ],
)
def test_a_shard_of_something_else_is_refused(changed: dict[str, Any], said: str) -> None:
    (problem,) = shard_problems(WANTED, pair(**changed), 2)

    assert problem.startswith(said)


@pytest.mark.parametrize(
    ("trust", "made", "said"),
    [
        pytest.param(Trust(), {}, None, id="nobody-wants-signatures"),
        pytest.param(Trust((Signer("ci", KEY),)), SIGNED, None, id="known"),
        pytest.param(Trust((Signer("ci", KEY),), in_ci=True), SIGNED, None, id="known-in-ci"),
        pytest.param(Trust((Signer("ci", KEY),)), {}, "is not signed", id="unsigned"),
        pytest.param(Trust(in_ci=True), {}, "is not signed", id="unsigned-in-ci"),
        pytest.param(
            Trust((Signer("ci", KEY),)),
            {"signatures": SIGNED["signatures"]},
            "is signed by nobody who is known here",
            id="signature-does-not-hold",
        ),
        pytest.param(
            Trust((Signer("ci", KEY, stages=("e2e",)),)),
            SIGNED,
            "is signed by ci, who may not sign unit",
            id="of-another-stage",
        ),
    ],
)
def test_a_shard_counts_if_a_known_signer_of_the_stage_vouches_for_it(
    trust: Trust, made: dict[str, Any], said: str | None
) -> None:
    problems = shard_problems(replace(WANTED, trust=trust), [attested(shard_run(1, 1), **made)], 1)

    assert len(problems) == (said is not None)
    assert said is None or f"shard 1/1 of unit {said}" in problems[0]


@pytest.mark.parametrize(
    ("found", "asked", "total"),
    [([(1, 2)], None, 2), ([(1, 2), (1, 3)], 3, 3), ([], 4, 4), ([(1, 2), (1, 3)], None, None)],
)
def test_how_many_shards_there_are_is_seen_or_said(
    found: list[tuple[int, int]], asked: int | None, total: int | None
) -> None:
    shards = [attested(shard_run(*each)) for each in found]

    chosen, unknown = chosen_total(WANTED, shards, asked)

    assert chosen == total
    assert bool(unknown) == (total is None)


def test_shards_of_two_cuts_are_told_apart_by_whoever_joins() -> None:
    shards = [attested(shard_run(1, 2)), attested(shard_run(1, 3))]

    _, unknown = chosen_total(WANTED, shards, None)

    assert unknown.endswith(
        "cut into 2 and 3 are here: say which, pytest-pipeline join unit --shards 3"
    )


def test_that_there_are_only_shards_of_another_revision_is_said() -> None:
    _, unknown = chosen_total(WANTED, [attested(shard_run(revision_tree="sha256:22"))], None)

    assert "revision and artifact (it was run on another revision, commit cccc" in unknown


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("ab", "c", None),
        ("ab", "bc", "tests of unit are in two shards: b"),
        ("ab", "", "3 tests of unit were collected, and 2 are in a shard"),
        ("ab", "cd", "3 tests of unit were collected, and 4 are in a shard"),
        ("ab", "d", "the tests in the shards of unit are not those that were collected"),
    ],
)
def test_every_test_is_in_one_shard(first: str, second: str, said: str | None) -> None:
    ids = {Shard(1, 2): tuple(first), Shard(2, 2): tuple(second)}

    problems = id_problems("unit", 3, digest_of_ids(list("abc")), ids)

    assert problems == ((said,) if said else ())
