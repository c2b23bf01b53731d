"""What `status` and the last lines of a command say of a deployment that wants somebody."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pytest_pipeline.domain.control_requests import RequestKind
from pytest_pipeline.engine.standing import DeploymentStanding, Standing, standing
from tests.integration.rollouts.place import RUN, Place

AGAIN = "pytest-pipeline resume production tries r2 again"
FORCED = "pytest-pipeline abort production --force goes back all the same"


class NoSupervisors:
    """Nobody looks after it."""

    def state(self, environment: str) -> None:
        del environment


def look(place: Place) -> Standing:
    supervisors: Any = NoSupervisors()
    return standing(place._tools(), supervisors, place.environment)


def deployment(place: Place) -> DeploymentStanding:
    found = look(place).deployment
    assert found is not None
    return found


def test_one_that_is_frozen_is_called_so_with_the_ways_on(place: Place) -> None:
    place.run = replace(RUN, irreversible=True)
    place.router.failing.add("r2")

    failure = place.deploy().failures[0]

    assert failure.startswith("deployment to production is frozen, for its migration cannot be")
    assert failure.endswith(f"; now serving: r2 (100 %); {AGAIN}, {FORCED}")
    found = deployment(place)
    assert (found.phase, found.ways_on) == ("frozen", f"{AGAIN}, {FORCED}")
    assert "alarm" in found.failure


def test_a_way_back_that_failed_is_called_so_and_keeps_the_name_of_its_strategy(
    place: Place,
) -> None:
    place.configure("in-place", max_unavailable=2)
    place.router.failing.add("r2")
    place.target.fail_launch("r1-0", "r1-1")

    failure = place.deploy().failures[0]

    assert failure.startswith("deployment to production failed and could not be taken back: ")
    assert failure.endswith("pytest-pipeline resume production tries the way back again")
    found = deployment(place)
    assert (found.strategy, found.text) == ("in-place", "r2 (in-place): rollback failed")
    assert "alarm" in found.failure
    assert "cannot start r1-0" in found.failure


def test_while_somebody_is_at_it_no_other_way_on_is_proposed(place: Place) -> None:
    place.configure("canary", steps=[{"weight": 10, "pause": "promotion"}])
    seen: list[Standing] = []
    place.clock.after(1000, lambda: seen.append(look(place)))
    place.clock.after(2000, lambda: place.ask(RequestKind.PROMOTE))
    place.deploy()

    (during,) = seen
    assert during.deployment is not None
    assert (during.deployment.ways_on, during.deployment.failure) == ("", "")
    assert look(place).deployment is None
