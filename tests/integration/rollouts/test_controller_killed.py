"""What the next command makes of an environment whose controller was killed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.rollouts import Phase
from pytest_pipeline.domain.services import CommandBuild, Service
from pytest_pipeline.engine.execution import Execution
from pytest_pipeline.engine.kept_sites import catch_up_if_free
from pytest_pipeline.engine.rollback_command import RollbackOptions, rollback_environment
from pytest_pipeline.engine.standing import standing
from pytest_pipeline.engine.supervising import mend_environment
from tests.integration.rollouts.place import NAME, Ended, Place


class Killed(BaseException):
    """Stands for SIGKILL: nobody may catch it."""


@contextmanager
def killed(place: Place) -> Iterator[None]:
    """Have whatever the block does die of a kill; nothing that it does afterwards counts."""
    with pytest.raises(Killed):
        yield
    place.records.yield_up(NAME)


def killed_before_the_last_record(place: Place) -> None:
    """Deploy the next release; die when all but the record says that it is over."""
    append, write, ended = place.journal.append, place.records.write, []

    def note(deployment: str, entry: Mapping[str, object]) -> None:
        append(deployment, entry)
        ended.extend([1] * (entry["kind"] == "ended"))

    def write_before(environment: str, record: Mapping[str, object]) -> None:
        if ended:
            raise Killed
        write(environment, record)

    place.journal.append = note  # type: ignore[method-assign]
    place.records.write = write_before  # type: ignore[method-assign]
    with killed(place):
        place.deploy()
    place.journal.append = append  # type: ignore[method-assign]
    place.records.write = write  # type: ignore[method-assign]
    assert record_of(place)["deployment"]
    assert record_of(place)["stable"] == 1


def killed_in_its_bake(place: Place) -> None:
    sleep = place.clock.sleep

    def die() -> None:
        place.clock.sleep = never  # type: ignore[method-assign]
        raise Killed

    def never(seconds: float) -> None:
        del seconds
        raise Killed

    place.clock.after(100, die)
    with killed(place):
        place.deploy()
    place.clock.sleep = sleep  # type: ignore[method-assign]


def record_of(place: Place) -> Mapping[str, Any]:
    return place.records.read(NAME) or {}


def rollback(place: Place) -> Ended:
    service = Service("orders", CommandBuild(("build",)), place.run)
    pipeline = Pipeline("orders", service, (), (place.environment,))

    def act(execution: Execution) -> None:
        artifacts: Any = execution.tools.artifacts
        artifacts.folder = lambda _: Path("/")  # one that is there
        rollback_environment(execution, pipeline, NAME, RollbackOptions())

    return place._ended(act)


def look(place: Place) -> Any:  # noqa: ANN401 - what `status` prints
    class NoSupervisors:
        def state(self, environment: str) -> None:
            del environment

    return standing(place._tools(), NoSupervisors(), place.environment)  # type: ignore[arg-type]


@pytest.fixture
def over(place: Place) -> Place:
    """A place where r2 serves and is promoted, and the record knows nothing of it."""
    killed_before_the_last_record(place)
    return place


def test_a_deployment_that_is_over_is_rolled_back_to_the_release_before(over: Place) -> None:
    ended = rollback(over)

    assert ended.exit_code == ExitCode.OK, ended.failures
    assert ended.record is not None
    assert (ended.record.stable, ended.record.candidate) == ("r2", "r1")
    assert over.serving() == {"r1": 100}


def test_what_dies_after_it_is_mended_by_the_supervisor(over: Place) -> None:
    over.target.die(next(each for each in over.target.running if each.id == "r2-1"))

    did = mend_environment(over._tools(), over.environment)

    assert "r2-1" in did
    assert over.running() == ["r2-0", "r2-1"]
    assert (record_of(over)["deployment"], record_of(over)["stable"]) == ("", 2)


def test_status_shows_that_it_is_over_and_writes_nothing(over: Place) -> None:
    before = over.records.written(NAME)

    now = look(over)

    assert now.deployment is None
    assert now.serving.shares == {"r2": 100}
    assert over.records.written(NAME) is before


def test_the_next_deployment_takes_over_from_what_serves(over: Place) -> None:
    ended = over.deploy()

    assert ended.record is not None
    assert (ended.record.stable, ended.phase) == ("r2", Phase.SUCCEEDED)


def test_the_record_is_caught_up_unless_somebody_has_the_environment(over: Place) -> None:
    over.records.acquire(NAME, by="a test")
    catch_up_if_free(over._tools(), NAME, by="another")
    while_taken = record_of(over)["deployment"]
    over.records.yield_up(NAME)
    catch_up_if_free(over._tools(), NAME, by="another")

    assert while_taken
    assert record_of(over)["deployment"] == ""
    assert over.records.holder(NAME) is None


def test_one_that_was_taken_back_leaves_stable_as_it_was(place: Place) -> None:
    place.router.failing.add("r2")
    killed_before_the_last_record(place)

    mend_environment(place._tools(), place.environment)

    assert (record_of(place)["deployment"], record_of(place)["stable"]) == ("", 1)


@pytest.fixture
def first() -> Place:
    """A place whose very first deployment died in its bake."""
    made = Place(Environment(NAME, replicas=2, strategy="rolling", options={"bake_s": 1000}))
    killed_in_its_bake(made)
    assert made.serving() == {"r1": 100}
    return made


def test_a_first_deployment_is_taken_back_and_its_router_stays(first: Place) -> None:
    said, tools = [], first._tools
    stopped = []

    def listening() -> Any:  # noqa: ANN401 - a toolbox of fakes
        made = tools()
        made.progress.said = said
        return made

    first._tools = listening  # type: ignore[method-assign]
    first.router.stop = lambda: stopped.append(1)  # type: ignore[method-assign]

    ended = first.deploy()

    assert ended.exit_code == ExitCode.OK, ended.failures
    assert ended.record is not None
    assert (ended.record.stable, ended.record.candidate) == (None, "r2")
    assert first.running() == ["r2-0", "r2-1"]
    assert stopped == []
    assert "going back from an unfinished deployment" in said[0]
    assert not any("died" in each for each in said)


def test_a_deployment_that_is_taken_back_is_among_those_of_the_execution(first: Place) -> None:
    made: list[Execution] = []
    ended = first._ended

    def note(act: Any) -> Ended:  # noqa: ANN401 - what a command does
        def noting(execution: Execution) -> None:
            made.append(execution)
            act(execution)

        return ended(noting)

    first._ended = note  # type: ignore[method-assign]

    first.deploy()
    (execution,) = made

    assert [(each.candidate, each.phase) for each in execution.deployments] == [
        ("r1", "rolled back"),
        ("r2", "succeeded"),
    ]
    said = execution.tools.progress.said  # type: ignore[attr-defined]
    assert any(each.startswith("production: Stopped: none > r1") for each in said)


def test_ports_of_what_was_stopped_are_known_to_the_next_command(place: Place) -> None:
    place.configure("in-place", max_unavailable=2, bake_s=1000)
    before = {each.id: each.port for each in place.target.running}
    killed_in_its_bake(place)
    assert place.running() == ["r2-0", "r2-1"]

    ports = dict(record_of(place)["ports"])
    place.resume()

    assert before.items() <= ports.items()
    assert set(record_of(place)["ports"]) == {"r2-0", "r2-1"}


def test_in_place_keeps_its_addresses_when_it_is_resumed(place: Place) -> None:
    place.configure("in-place", max_unavailable=2)
    before = {each.id[-1]: each.port for each in place.target.running}
    launch = place.target.launch

    def die(request: object) -> None:
        del request
        raise Killed

    place.target.launch = die  # type: ignore[method-assign,assignment]
    with killed(place):
        place.deploy()
    place.target.launch = launch  # type: ignore[method-assign]

    ended = place.resume()

    assert ended.exit_code == ExitCode.OK, ended.failures
    assert {each.id[-1]: each.port for each in place.target.running} == before


def test_a_rollback_that_opens_the_environment_has_it_all_the_while(place: Place) -> None:
    assert place.deploy().exit_code == ExitCode.OK
    for each in list(place.target.running):
        place.target.stop(each, grace_s=0)
    place.records.delete(NAME)
    yielded: list[str] = []
    yield_up = place.records.yield_up

    def note(environment: str) -> None:
        yielded.append(f"{len(place.target.running)} run")
        yield_up(environment)

    place.records.yield_up = note  # type: ignore[method-assign]

    ended = rollback(place)

    assert ended.exit_code == ExitCode.OK, ended.failures
    assert yielded == ["2 run"]
    assert place.serving() == {"r1": 100}
