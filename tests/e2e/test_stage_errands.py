"""The files by which the controller tells its stages what holds secrets: nothing of them stays."""

from __future__ import annotations

from tests.e2e.drills.repository import Repository


def test_no_errand_of_a_stage_outlives_it(released: Repository) -> None:
    state = released.root / ".pipeline"

    assert list(state.rglob("output.log"))  # where the errands were
    assert not list(state.rglob("errand.json"))
