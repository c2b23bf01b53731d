"""Acceptance point 4: a release that passes every test and fails in production only."""

from __future__ import annotations

import pytest

from tests.acceptance.conftest import Show
from tests.e2e.drills.drill import Drill
from tests.e2e.drills.repository import Repository

#: On a machine with two cores: an alarm needs ten requests, and is looked at every 0.25 s.
DETECTION_MS = 3000
ROLLBACK_MS = 1000


@pytest.mark.timeout(900)
def test_a_release_with_errors_in_production_alone_is_taken_back(
    drill: Drill, released: Repository, show: Show
) -> None:
    released.append(
        "pyproject.toml",
        """
        [tool.pytest_pipeline.environments.production.variables]
        FAULT_ERROR_RATIO = "1"
        FAULT_ONLY_IN = "production"
        """,
    )

    run = drill.pytest(released, "--pipeline", within_s=280)
    left = drill.belongings.running()
    status = drill.command(released, "status")
    record = run.deployments["production"]
    keys = (
        *("status", "stable", "candidate", "requests", "lost_requests", "error_requests"),
        *("detection_ms", "rollback_ms", "serving", "failure"),
    )
    show(
        f"A release that answers 5xx in production: exit {run.exit_code}, {run.duration_s:.0f} s",
        ("what", "value"),
        [(key, record[key]) for key in keys],
    )

    assert run.exit_code == 23, str(run)
    assert set(run.verdicts.values()) == {"PASS"}
    assert len(run.verdicts) == 5
    assert record["status"] == "Failed"
    assert "alarm: error_ratio" in record["failure"]
    assert record["serving"] == "r2 (100 %)"
    assert record["lost_requests"] == 0
    assert 0 < record["error_requests"] < record["requests"] / 2
    assert 0 < record["detection_ms"] < DETECTION_MS
    assert 0 < record["rollback_ms"] < ROLLBACK_MS
    assert run.summary["released"] is None
    assert "production r2 (sha256:" in " ".join(status.output.split())
    assert not left
