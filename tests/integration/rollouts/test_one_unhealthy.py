"""One of two instances does not come up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import pytest

from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.fleets import Instance
from pytest_pipeline.engine.ports import LaunchRequest
from tests.integration.rollouts.place import Place


@pytest.mark.parametrize("strategy", ["in-place", "rolling", "immutable", "blue-green", "canary"])
@pytest.mark.parametrize("identifier", ["r2-0", "r2-1"])
def test_a_release_of_which_one_instance_is_unhealthy_is_taken_back(
    place: Place, strategy: str, identifier: str
) -> None:
    place.configure(strategy)
    place.ill_at_first(identifier)

    ended = place.deploy()

    assert ended.exit_code == ExitCode.ROLLED_BACK
    assert ended.record is not None
    assert f"{identifier} was not ready within 10 s" in ended.record.failure
    assert place.serving() == {"r1": 100}
    assert place.running() == ["r1-0", "r1-1"]


@pytest.mark.parametrize("batch_size", [1, 2])
def test_as_many_as_may_fail_are_launched_anew(place: Place, batch_size: int) -> None:
    place.configure(max_failure_ratio=0.5, batch_size=batch_size)
    place.ill_at_first("r2-1")

    ended = place.deploy()

    assert ended.exit_code == ExitCode.OK, ended.failures
    assert [each.id for each in place.target.requests].count("r2-1") == 2
    assert place.serving() == {"r2": 100}
    assert place.running() == ["r2-0", "r2-1"]


def test_a_release_of_which_more_fail_than_may_is_taken_back(place: Place) -> None:
    place.configure(max_failure_ratio=0.5)
    place.health.never_ready(2)

    ended = place.deploy()

    assert ended.exit_code == ExitCode.ROLLED_BACK
    assert [each.id for each in place.target.requests].count("r2-0") == 2
    assert place.running() == ["r1-0", "r1-1"]


def test_an_instance_that_dies_while_it_serves_is_noticed_although_another_one_is_waited_for(
    place: Place,
) -> None:
    place.configure("in-place")
    place.ill_at_first("r2-1")
    launch = place.target.launch

    def launch_and_die(request: LaunchRequest) -> Instance:
        if request.id == "r2-1":
            [serving] = [each for each in place.target.running if each.id == "r2-0"]
            place.target.die(serving, output="out of memory")
        return launch(request)

    place.target.launch = launch_and_die  # type: ignore[method-assign]

    ended = place.deploy()

    assert ended.record is not None
    assert "r2-0 ended while it served" in ended.record.failure
    assert ended.record.log_tail == "out of memory"
    assert place.serving() == {"r1": 100}


def test_a_shift_does_not_wait_for_the_health_of_an_instance_that_ended(place: Place) -> None:
    place.configure("in-place")
    place.environment = replace(place.environment, minimum_healthy=1)
    append = place.journal.append

    def append_and_die(deployment: str, entry: Mapping[str, object]) -> None:
        append(deployment, entry)
        shifted = any(
            each.name == "r2" and each.weight_percent for each in place.router.table.pools
        )
        if shifted and entry["kind"] == "done":
            for each in [each for each in place.target.running if each.id == "r2-0"]:
                place.health.suspend(each, 60)
                place.clock.after(1, partial(place.target.die, each))

    place.journal.append = append_and_die  # type: ignore[method-assign]
    began_s = place.clock.now()

    ended = place.deploy()

    assert ended.exit_code == ExitCode.ROLLED_BACK
    assert ended.record is not None
    assert "(r2-0 ended): minimum_healthy is 1" in ended.record.failure
    assert place.clock.now() - began_s < 10
