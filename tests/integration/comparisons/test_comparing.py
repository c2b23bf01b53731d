"""Strategies compared on fakes: each is deployed and taken back, and nothing is left."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.fleets import Instance
from pytest_pipeline.domain.services import CommandBuild, Service
from pytest_pipeline.domain.strategies import STRATEGIES
from pytest_pipeline.domain.strategy_traits import traits_of
from pytest_pipeline.domain.ways_back import WayBack
from pytest_pipeline.engine.building import Built
from pytest_pipeline.engine.comparing import Comparing, compared_environment
from pytest_pipeline.engine.ports import Installed, LaunchRequest
from pytest_pipeline.errors import LoadError
from tests.integration.rollouts.counting_router import CountingRouter
from tests.integration.rollouts.place import NAME, RUN, Place

REPLICAS = 2
ENVIRONMENT = Environment(NAME, replicas=REPLICAS, strategy="rolling", minimum_healthy=REPLICAS)


class NewRouters:
    """Starts another router each time."""

    def start(self, folder: Path, *, keep: bool) -> CountingRouter:
        del folder, keep
        return CountingRouter()


@pytest.fixture
def place() -> Place:
    return Place(ENVIRONMENT)


@pytest.fixture
def comparing(place: Place, tmp_path: Path) -> Comparing:
    tools: Any = place._tools()
    tools.routers = NewRouters()
    tools.target = lambda *, keep: None if keep else place.target
    built = Built(Service("orders", CommandBuild(("build",)), RUN), "sha256:1", {})
    return Comparing(
        tools,
        compared_environment(ENVIRONMENT),
        built,
        Installed("sha256:1", tmp_path),
        tmp_path / "comparison",
    )


def test_each_strategy_is_deployed_and_taken_back_and_nothing_is_left(
    place: Place, comparing: Comparing
) -> None:
    rows = {each.figures.strategy: each for each in comparing.compare(tuple(STRATEGIES))}

    assert {name: each.figures.status for name, each in rows.items()} == dict.fromkeys(
        STRATEGIES, "Succeeded"
    )
    assert {name: each.figures.failure for name, each in rows.items()} == dict.fromkeys(
        STRATEGIES, ""
    )
    assert {name: each.figures.peak_instances for name, each in rows.items()} == {
        name: REPLICAS + traits_of(name, REPLICAS).extra_instances for name in STRATEGIES
    }
    assert {name for name, each in rows.items() if WayBack.ABORTED in each.figures.note} == {
        name for name in STRATEGIES if traits_of(name, REPLICAS).keeps_old_set
    }
    assert all(each.figures.rollback_s is not None for each in rows.values())
    assert all(each.rollback is not None for each in rows.values())
    assert WayBack.REDEPLOYED in rows["rolling"].figures.note
    assert place.running() == []
    assert place.promoted() == ""


def test_a_strategy_that_fails_leaves_the_next_one_a_site_that_is_whole(
    place: Place, comparing: Comparing
) -> None:
    launch = place.target.launch

    def launch_ill(request: LaunchRequest) -> Instance:
        instance = launch(request)
        if request.release == 2:
            place.health.suspend(instance, float("inf"))
        return instance

    place.target.launch = launch_ill  # type: ignore[method-assign]
    ill, well = comparing.compare(("blue-green", "immutable"))

    assert "r2-0 was not ready within 10 s" in ill.figures.failure
    assert ill.rollback is None
    assert (well.figures.status, well.figures.failure) == ("Succeeded", "")
    assert well.deployment.stable == "r3"
    assert place.running() == []


def test_a_strategy_that_cannot_be_measured_leaves_the_next_one_a_new_site(
    place: Place, comparing: Comparing
) -> None:
    comparing.tools.probe.stop = fail_at(0)  # type: ignore[attr-defined]

    ill, well = comparing.compare(("blue-green", "immutable"))

    assert ill.figures.failure == "the probe died"
    assert ill.figures.problems
    assert well.deployment.stable == "r3"
    assert place.running() == []


def test_ctrl_c_ends_everything(place: Place, comparing: Comparing) -> None:
    launch = place.target.launch

    def launch_until_third(request: LaunchRequest) -> Instance:
        if request.release == 3:
            raise KeyboardInterrupt
        return launch(request)

    place.target.launch = launch_until_third  # type: ignore[method-assign]

    with pytest.raises(KeyboardInterrupt):
        comparing.compare(("blue-green", "immutable"))

    assert place.running() == []


def test_ctrl_c_after_a_strategy_was_finished_keeps_it(place: Place, comparing: Comparing) -> None:
    launch = place.target.launch

    def launch_until_fourth(request: LaunchRequest) -> Instance:
        if request.release == 4:
            raise KeyboardInterrupt
        return launch(request)

    place.target.launch = launch_until_fourth  # type: ignore[method-assign]

    (row,) = comparing.compare(("blue-green", "immutable"))

    assert (row.figures.strategy, row.figures.status) == ("blue-green", "Succeeded")
    assert comparing.stopped
    assert place.running() == []


def test_a_site_that_cannot_be_opened_again_is_a_failed_row(
    place: Place, comparing: Comparing
) -> None:
    comparing.tools.probe.stop = fail_at(0)  # type: ignore[attr-defined]
    launch = place.target.launch

    def launch_first_alone(request: LaunchRequest) -> Instance:
        if request.release > 2:
            raise LoadError("no room")
        return launch(request)

    place.target.launch = launch_first_alone  # type: ignore[method-assign]

    first, second = comparing.compare(("blue-green", "immutable"))

    assert (first.figures.failure, second.figures.failure) == ("the probe died", "no room")
    assert place.running() == []


def test_a_way_back_by_deployment_that_fails_is_told(place: Place, comparing: Comparing) -> None:
    launch = place.target.launch

    def launch_ill_again(request: LaunchRequest) -> Instance:
        instance = launch(request)
        if request.release == 1 and len(seen) >= REPLICAS:
            place.health.suspend(instance, float("inf"))
        seen.append(request.release)
        return instance

    seen: list[int] = []
    place.target.launch = launch_ill_again  # type: ignore[method-assign]

    (row,) = comparing.compare(("rolling",))

    assert row.figures.failure.startswith("on the way back: ")
    assert row.figures.rollback_s is None
    assert place.running() == []


def test_trials_before_one_that_fails_are_kept(place: Place, comparing: Comparing) -> None:
    # Each trial of blue-green is two deployments; the third one's traffic cannot be read.
    comparing.tools.probe.stop = fail_at(2)  # type: ignore[attr-defined]

    (row,) = comparing.compare(("blue-green",), repeat=2)

    assert row.figures.failure == "trial 2 of 2: the probe died"
    assert row.figures.status == "Failed"
    assert row.figures.rollback_s is not None
    assert row.deployment.candidate == "r2"
    assert place.running() == []


def fail_at(number: int) -> Callable[[], tuple[()]]:
    calls = count()

    def stop() -> tuple[()]:
        if next(calls) == number:
            raise LoadError("the probe died")
        return ()

    return stop
