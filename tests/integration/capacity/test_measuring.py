"""Capacities measured on fakes, with a queue for a service: found, and nothing is left."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pytest_pipeline.domain.capacity import Ending, Limit, Outcome, Search
from pytest_pipeline.domain.capacity.load_objectives import parse_objective
from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.fleets import Instance
from pytest_pipeline.domain.load import LoadResult, LoadSpec
from pytest_pipeline.domain.releases import Release, configuration_of
from pytest_pipeline.domain.services import CommandBuild, Service
from pytest_pipeline.engine.building import Built
from pytest_pipeline.engine.capacity import STOPPED, Measuring, OpenLoad
from pytest_pipeline.engine.ports import Installed, LaunchRequest, Router
from pytest_pipeline.errors import LoadError, TargetStartError
from tests.integration.rollouts.counting_router import CountingRouter
from tests.integration.rollouts.place import NAME, RUN, Place
from tests.queueing_load import QueueingLoad

BOUND_MS = 250
ENVIRONMENT = Environment(NAME, replicas=2, strategy="rolling", minimum_healthy=2)


class NewRouters:
    """Starts another router each time."""

    def start(self, folder: Path, *, keep: bool) -> CountingRouter:
        del folder, keep
        return CountingRouter()


@pytest.fixture
def place() -> Place:
    return Place(ENVIRONMENT)


@pytest.fixture
def load(place: Place) -> QueueingLoad:
    return QueueingLoad(100, lambda: len(place.running()))


@pytest.fixture
def measuring(place: Place, load: QueueingLoad, tmp_path: Path) -> Measuring:
    tools: Any = place._tools()
    tools.routers = NewRouters()
    tools.target = lambda *, keep: None if keep else place.target
    return Measuring(
        tools=tools,
        runner_at=lambda _: load,
        environment=ENVIRONMENT,
        built=Built(Service("orders", CommandBuild(("build",)), RUN), "sha256:1", {}),
        installed=Installed("sha256:1", tmp_path),
        release=Release(1, "sha256:1", configuration_of(RUN, {})),
        load=OpenLoad("locustfile.py"),
        objectives=(parse_objective(f"load.p95_ms < {BOUND_MS}"),),
        search=Search(),
        folder=tmp_path / "capacity",
    )


def test_each_number_of_instances_is_measured_at_a_site_of_its_own_and_nothing_is_left(
    place: Place, measuring: Measuring
) -> None:
    one, two, four = measuring.measure((1, 2, 4))

    truth = QueueingLoad(100).capacity(95, BOUND_MS)
    for each in (one, two, four):
        assert each.finding is not None
        assert each.finding.ending is Ending.FOUND
        assert 1 / 1.11 <= (each.rate or 0) / (truth * each.instances) <= 1
        assert each.limit is Limit.LATENCY
    assert place.running() == []
    assert place.promoted() == ""


def test_a_load_that_does_not_count_goes_before_and_after_what_was_too_much(
    measuring: Measuring, load: QueueingLoad
) -> None:
    (one,) = measuring.measure((1,))

    rests = [number for number, spec in enumerate(load.specs) if spec.duration_s == 3]
    counted = [spec for spec in load.specs if spec.duration_s == 10]
    missed = [each.outcome is not Outcome.HELD for each in one.probes]
    assert [spec.rate for spec in counted] == [each.rate for each in one.probes]
    assert len(rests) == 1 + sum(missed[:-1])
    assert all(load.specs[each].rate == 20 for each in rests)


def test_the_end_of_the_generator_is_said_to_be_no_limit_of_the_service(
    measuring: Measuring, load: QueueingLoad
) -> None:
    load.generator_rate = 60

    (one,) = measuring.measure((1,))

    assert one.said.startswith("at least ")
    assert "the generator is at its end" in one.remarks[0]
    assert "late by 120 ms" in one.remarks[0]


def test_instances_that_do_not_come_up_leave_the_next_number_a_site_that_is_whole(
    place: Place, measuring: Measuring
) -> None:
    launch = place.target.launch

    def launch_two_at_most(request: LaunchRequest) -> Instance:
        if len(place.running()) == 2:
            raise TargetStartError("no room")
        return launch(request)

    place.target.launch = launch_two_at_most  # type: ignore[method-assign]

    four_after_one = measuring.measure((1, 4, 2))

    assert [each.failure[:7] for each in four_after_one] == ["", "no room", ""]
    assert four_after_one[2].finding is not None
    assert place.running() == []


def test_a_service_that_never_serves_is_an_error(place: Place, measuring: Measuring) -> None:
    def refuse(request: LaunchRequest) -> Instance:
        raise TargetStartError(f"no room for {request.id}")

    place.target.launch = refuse  # type: ignore[method-assign]

    with pytest.raises(TargetStartError, match="no room"):
        measuring.measure((1, 2))

    assert place.running() == []


def test_a_locustfile_that_does_not_load_ends_it_all(place: Place, measuring: Measuring) -> None:
    class Broken:
        def run(self, spec: LoadSpec, *, folder: Path) -> LoadResult:
            del spec, folder
            raise LoadError("no such class")

    measuring.runner_at = lambda _: Broken()

    with pytest.raises(LoadError, match="no such class"):
        measuring.measure((1, 2))

    assert place.running() == []


def test_an_instance_that_dies_under_load_is_a_miss_and_is_there_again_for_the_next(
    place: Place, measuring: Measuring, load: QueueingLoad
) -> None:
    class Deadly:
        def run(self, spec: LoadSpec, *, folder: Path) -> LoadResult:
            found = load.run(spec, folder=folder)
            if (spec.rate or 0) > 50:
                place.target.die(place.target.running[0])
            return replace(found, p95_ms=1)

    measuring.runner_at = lambda _: Deadly()

    (one,) = measuring.measure((1,))

    assert one.limit is Limit.DEATH
    assert one.rate is not None
    assert 45 < one.rate <= 50
    assert place.running() == []


@pytest.mark.parametrize(("after", "kept"), [(1, 0), (15, 1)])
def test_ctrl_c_leaves_nothing_running_and_keeps_what_was_finished(
    place: Place, measuring: Measuring, load: QueueingLoad, after: int, kept: int
) -> None:
    class Interrupted:
        def __init__(self) -> None:
            self.left = after

        def run(self, spec: LoadSpec, *, folder: Path) -> LoadResult:
            if kept == len(finished) and self.left <= 0:
                raise KeyboardInterrupt
            self.left -= 1
            return load.run(spec, folder=folder)

    runner = Interrupted()
    finished: list[str] = []
    say = measuring.tools.progress.line

    def line(text: str) -> None:
        if text.endswith("/s"):
            finished.append(text)
        say(text)

    measuring.tools.progress.line = line  # type: ignore[method-assign]

    def routed(_: Router) -> Interrupted:
        return runner

    measuring.runner_at = routed

    if kept:
        assert len(measuring.measure((1, 2))) == kept
        assert measuring.stopped == STOPPED
    else:
        with pytest.raises(KeyboardInterrupt):
            measuring.measure((1, 2))
    assert place.running() == []
