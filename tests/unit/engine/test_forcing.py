"""What somebody overrules is said and recorded; without a reason nothing is."""

from __future__ import annotations

import argparse

import pytest

from pytest_pipeline.cli.forcing import force_of
from pytest_pipeline.engine.forcing import Force
from pytest_pipeline.errors import ConfigError, EvidenceError, StateError
from tests.unit.engine.conftest import SpokenProgress


def refuse(error: Exception) -> None:
    raise error


def test_without_a_reason_a_refusal_stands() -> None:
    force = Force()

    with pytest.raises(EvidenceError), force.overruling(EvidenceError, SpokenProgress()):
        refuse(EvidenceError("no evidence"))
    assert force.summary() is None


def test_with_a_reason_a_refusal_is_overruled_said_and_recorded() -> None:
    force, progress = Force("production is down"), SpokenProgress()
    with force.overruling(EvidenceError, progress):
        refuse(EvidenceError("no evidence"))

    assert progress.said == ["forced (production is down): no evidence"]
    assert force.summary() == {"reason": "production is down", "overruled": ["no evidence"]}


def test_other_errors_are_not_overruled() -> None:
    force = Force("production is down")

    with pytest.raises(StateError), force.overruling(EvidenceError, SpokenProgress()):
        refuse(StateError("the disk is full"))
    assert force.summary() is None


@pytest.mark.parametrize(
    ("forced", "reason", "said"),
    [(True, "", "--force wants --reason"), (True, " ", "--force wants"), (False, "x", "give both")],
)
def test_force_and_reason_come_together(forced: bool, reason: str, said: str) -> None:  # noqa: FBT001
    with pytest.raises(ConfigError, match=said):
        force_of(argparse.Namespace(force=forced, reason=reason))
