"""A gate that does not promote: no later stage, nothing deployed, and the ledger says so."""

from __future__ import annotations

import pytest

from tests.e2e.drills.drill import Drill
from tests.e2e.drills.repository import Repository

_FAILING = """
    def test_the_price_is_right() -> None:
        assert 1 + 1 == 3
"""
_SKIPPING = """
    import pytest

    @pytest.fixture(autouse=True)
    def no_docker() -> None:
        pytest.skip("no Docker here")
"""


def test_a_broken_unit_test_stops_the_release_that_would_go_over_a_good_one(
    drill: Drill, released: Repository
) -> None:
    released.write("tests/unit/test_price.py", _FAILING)

    run = drill.pytest(released, "--pipeline")
    history = drill.command(released, "history", "--limit", "1").output
    status = drill.command(released, "status").output

    assert run.exit_code == 1, run
    assert run.verdicts == {"unit": "FAIL"}
    assert run.deployments == {}
    assert "assert (1 + 1) == 3" in run.output
    assert "not released: stage unit is FAIL: tests.failed: 1, wanted == 0" in run.output
    assert "stage unit is FAIL: tests.failed: 1, wanted == 0" in history
    assert status.count("r1 (sha256:") == 3
    assert not drill.belongings.running()


@pytest.mark.parametrize("stage", ["unit", "integration"])
def test_a_stage_that_skips_everything_stops_the_release(
    drill: Drill, tiny: Repository, stage: str
) -> None:
    tiny.write(f"tests/{stage}/conftest.py", _SKIPPING)

    run = drill.pytest(tiny, "--pipeline")

    assert run.exit_code == 21, run
    assert run.verdicts[stage] == "INCONCLUSIVE"
    assert "e2e" not in run.verdicts
    assert set(run.deployments) == ({"dev"} if stage == "integration" else set())
    assert "staging" not in run.deployments
    assert not drill.belongings.running()
