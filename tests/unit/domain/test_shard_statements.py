"""What a shard claims, as a statement."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from pytest_pipeline.domain.in_toto import Statement, Subject, statement_from_payload
from pytest_pipeline.domain.shard_statements import SHARD_RUN, shard_run_from, shard_statement
from tests.unit.domain.shards_at_hand import ARTIFACT, TREE, shard_run


@pytest.mark.parametrize("artifact", [ARTIFACT, None])
def test_a_shard_comes_back_as_it_was(artifact: str | None) -> None:
    run = shard_run(artifact=artifact, images={"database": "sha256:image"})

    statement = statement_from_payload(shard_statement(run).to_payload())

    assert shard_run_from(statement) == run
    assert statement.predicate_type == SHARD_RUN
    assert [each.digest for each in statement.subjects] == [artifact or TREE]


def test_a_shard_is_called_by_its_number_and_its_stage() -> None:
    assert shard_run(2, 5).name == "shard 2/5 of unit"


def test_a_statement_of_another_kind_is_no_shard() -> None:
    statement = replace(shard_statement(shard_run()), predicate_type="https://example.org/other")

    with pytest.raises(ValueError, match="not of a shard: a statement of type 'https://example"):
        shard_run_from(statement)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"shard": {"number": 3, "total": 2}}, id="no-such-shard"),
        pytest.param({"shard": {"number": "1", "total": 2}}, id="number-in-words"),
        pytest.param({"cut": None}, id="no-cut"),
        pytest.param({"artifact": "sha256:" + "b" * 64}, id="another-artifact"),
        pytest.param({"more": "than there is"}, id="unknown-word"),
        pytest.param({"dirty": 0}, id="dirty-in-figures"),
    ],
)
def test_a_statement_that_says_something_else_is_refused(change: dict[str, object]) -> None:
    whole = json.loads(json.dumps(shard_statement(shard_run()).predicate["pipeline"]))
    statement = Statement(
        (Subject("artifact", ARTIFACT),), SHARD_RUN, {"pipeline": {**whole, **change}}
    )

    with pytest.raises(ValueError, match=r"not of a shard|wanted K/N"):
        shard_run_from(statement)
