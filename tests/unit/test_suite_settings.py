"""What the suite demands of itself wherever it runs."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings


def test_no_property_fails_because_the_machine_is_busy() -> None:
    assert settings().deadline is None
    assert HealthCheck.too_slow in settings().suppress_health_check


def test_tests_do_not_know_whether_a_ci_system_runs_them() -> None:
    assert "CI" not in os.environ
