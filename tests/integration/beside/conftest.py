"""An environment of fakes where r1 was promoted, and r2 is tested beside it."""

from __future__ import annotations

import pytest

from tests.integration.beside.tested_place import TestedPlace


@pytest.fixture
def tested() -> TestedPlace:
    """Return a place where r2 serves, and r1 did before."""
    made = TestedPlace()
    made.promote("one")
    made.promote("two")
    return made
