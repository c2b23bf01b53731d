"""Acceptance point 3: what is broken stops the release, visibly, and nothing is deployed."""

from __future__ import annotations

import pytest

from tests.acceptance.broken_services import BREAKAGES, COLUMNS, LEAVING, run_all
from tests.acceptance.conftest import Show
from tests.e2e.drills.drill import Drill


@pytest.mark.timeout(1800)
def test_a_broken_service_is_not_released(drill: Drill, show: Show) -> None:
    outcomes = list(run_all(drill, (*BREAKAGES, LEAVING)))
    show("Gates hold", COLUMNS, [each.row for each in outcomes])

    for outcome in outcomes:
        outcome.check()
