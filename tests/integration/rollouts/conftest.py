"""A place where the first release serves, with two instances."""

from __future__ import annotations

import pytest

from pytest_pipeline.domain.environments import Environment
from tests.integration.rollouts.place import NAME, Place


@pytest.fixture
def place() -> Place:
    made = Place(Environment(NAME, replicas=2, strategy="rolling"))
    first = made.deploy()
    assert first.exit_code == 0, first.failures
    return made
