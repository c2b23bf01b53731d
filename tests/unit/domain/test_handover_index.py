"""An index says of every file what it is, and nothing twice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_pipeline.domain.handover_index import (
    HandoverIndex,
    IndexedFile,
    index_from,
    index_statement,
)
from pytest_pipeline.domain.in_toto import Statement, Subject, statement_from_payload

FILE = IndexedFile("sha256:" + "a" * 64, 12)
INDEX = HandoverIndex(
    service="orders",
    revision_tree="sha256:" + "b" * 64,
    commit=None,
    dirty=True,
    artifact=None,
    created="2026-11-23T12:00:00Z",
    files={"a.json": FILE},
)

digests = st.binary(min_size=32, max_size=32).map(lambda raw: "sha256:" + raw.hex())
indexed = st.builds(IndexedFile, digests, st.integers(0, 10**12), st.booleans())
indices = st.builds(
    HandoverIndex,
    st.text(),
    digests,
    st.none() | st.text(),
    st.booleans(),
    st.none() | digests,
    st.text(),
    st.dictionaries(st.text(), indexed, min_size=1, max_size=4),
)


@given(indices)
def test_what_is_written_reads_back(index: HandoverIndex) -> None:
    payload = index_statement(index).to_payload()

    assert index_from(statement_from_payload(payload)) == index


def predicate(**said: Any) -> Statement:  # noqa: ANN401 - values of JSON
    made = index_statement(INDEX)
    return replace(made, predicate={**made.predicate, **said})


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param(replace(index_statement(INDEX), predicate_type="other"), id="of another type"),
        pytest.param(predicate(files={}), id="a subject without a size"),
        pytest.param(
            predicate(files={**index_statement(INDEX).predicate["files"], "b": {"bytes": 1}}),
            id="a size without a subject",
        ),
        pytest.param(predicate(files=[]), id="no table of files"),
        pytest.param(predicate(dirty="yes"), id="a word for yes or no"),
        pytest.param(predicate(more=1), id="a field more"),
        pytest.param(
            replace(index_statement(INDEX), subjects=(Subject("a.json", "sha256:12"),)),
            id="a digest that is none",
        ),
        pytest.param(
            replace(index_statement(INDEX), subjects=index_statement(INDEX).subjects * 2),
            id="a file twice",
        ),
    ],
)
def test_what_contradicts_itself_is_no_index(statement: Statement) -> None:
    with pytest.raises(ValueError, match="not an index"):
        index_from(statement)
