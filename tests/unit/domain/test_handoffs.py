"""Hand-offs: what is written reads back as what it was."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from pytest_pipeline.domain.handoffs import (
    Beside,
    EnvironmentHandoff,
    Handoff,
    handoff_from_json,
)


@pytest.mark.parametrize(
    "beside",
    [
        None,
        Beside("r6", "sha256:6", "http://127.0.0.1:10", exhaustive=True),
        Beside(missing="nothing was promoted yet", first_release=True),
    ],
)
def test_what_load_is_compared_with_reads_back(beside: Beside | None) -> None:
    environment = EnvironmentHandoff("staging", "http://h", "r7", "sha256:7", beside=beside)
    handoff = Handoff("e1", "performance", "/folder", environment)

    assert handoff_from_json(handoff.to_json()) == handoff


def test_a_handoff_of_before_compares_nothing() -> None:
    environment = asdict(EnvironmentHandoff("staging", "http://h", "r7", "sha256:7"))
    del environment["beside"]
    text = json.dumps(
        {"execution": "e1", "stage": "e2e", "folder": "/f", "environment": environment}
    )

    read = handoff_from_json(text).environment

    assert read is not None
    assert read.beside is None
    assert not Beside().serves
