"""What a session that runs a shard may have signed."""

from __future__ import annotations

import pytest

from pytest_pipeline.domain.envelopes import Envelope
from pytest_pipeline.domain.in_toto import Statement, Subject
from pytest_pipeline.domain.shard_statements import SHARD_RUN, shard_statement
from pytest_pipeline.domain.signing import SigningScope, purpose_in
from pytest_pipeline.domain.stage_statements import TEST_RESULT
from tests.unit.domain.shards_at_hand import ARTIFACT, TREE, shard_run

WHOLE = SigningScope("orders", TREE, ("unit",))
SECOND = SigningScope("orders", TREE, ("unit",), shard="2/5")


def statement_of(kind: str, number: int = 2) -> Envelope:
    own = shard_statement(shard_run(number, 5)).predicate["pipeline"]
    statement = Statement((Subject("artifact", ARTIFACT),), kind, {"pipeline": own})
    return Envelope(statement.to_payload())


def test_a_shard_signs_its_own_statement() -> None:
    assert purpose_in(SECOND, statement_of(SHARD_RUN)) == "stage unit, shard 2/5"


@pytest.mark.parametrize(
    ("scope", "envelope", "said"),
    [
        pytest.param(
            SECOND, statement_of(TEST_RESULT), "this session runs shard 2/5", id="whole-stage"
        ),
        pytest.param(
            SECOND, statement_of(SHARD_RUN, 3), "shard 3/5, and this session", id="another-shard"
        ),
        pytest.param(
            WHOLE, statement_of(SHARD_RUN), "this session runs whole stages", id="shard-of-whole"
        ),
        pytest.param(
            SigningScope("orders", "sha256:22", ("unit",), shard="2/5"),
            statement_of(SHARD_RUN),
            "for another revision",
            id="another-revision",
        ),
        pytest.param(
            SigningScope("orders", TREE, ("e2e",), shard="2/5"),
            statement_of(SHARD_RUN),
            "which this session does not run",
            id="another-stage",
        ),
    ],
)
def test_what_a_session_does_not_leave_is_not_signed(
    scope: SigningScope, envelope: Envelope, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        purpose_in(scope, envelope)
