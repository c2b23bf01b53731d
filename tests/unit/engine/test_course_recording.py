"""What is written down of a deployment's course."""

from __future__ import annotations

import pytest

from pytest_pipeline.domain.courses import Course, CourseEventKind
from pytest_pipeline.domain.deployments import DeploymentRecord
from pytest_pipeline.engine.deploying import deploy
from pytest_pipeline.engine.ports import LaunchRequest
from pytest_pipeline.engine.steps.health import POLL_S
from tests.unit.engine.conftest import Stage

START_S = 3.0


def deployed(stage: Stage) -> tuple[DeploymentRecord, Course]:
    release = stage.release(2)
    stage.site.admit(release, stage.installed)
    strategy = stage.site.environment.strategy
    record = deploy(stage.site, release, strategy=strategy, deployment="d")
    assert stage.site.measured is not None
    return record, stage.site.measured


def starting_slowly(stage: Stage) -> None:
    """Let instances of r2 be ready three seconds after their start."""
    launch, ready = stage.target.launch, stage.health.ready
    starts: dict[int, float] = {}

    def launch_slow(request: LaunchRequest):  # type: ignore[no-untyped-def]  # noqa: ANN202
        instance = launch(request)
        starts[instance.port] = stage.clock.now()
        return instance

    def ready_late(url: str, *, timeout_s: float) -> str | None:
        port = int(url.split(":")[2].split("/", maxsplit=1)[0])
        if stage.clock.now() < starts.get(port, 0.0) + START_S:
            return "503 starting"
        return ready(url, timeout_s=timeout_s)

    stage.target.launch = launch_slow  # type: ignore[method-assign]
    stage.health.ready = ready_late  # type: ignore[method-assign]


@pytest.mark.parametrize("stage", [("blue-green", {"bake_s": 2.0})], indirect=True)
def test_instances_steps_and_shifts_are_written_down(stage: Stage) -> None:
    record, course = deployed(stage)

    assert (course.stable, course.candidate) == ("r1", "r2")
    assert [(each.release, each.running) for each in course.fleet] == [
        ("r1", 2),
        ("r2", 1),
        ("r2", 2),
        ("r1", 1),
        ("r1", 0),
    ]
    assert [each.text for each in course.events if each.kind is CourseEventKind.TRAFFIC] == [
        "100 % to r2-0, r2-1"
    ]
    steps = [each.text for each in course.events if each.kind is CourseEventKind.STEP]
    assert steps == [each.text for each in course.steps]
    assert steps[1] == "launch r2-0, r2-1"
    assert record.peak_instances == 4


@pytest.mark.parametrize("stage", [("blue-green", {"bake_s": 2.0})], indirect=True)
def test_a_start_and_a_bake_are_on_the_critical_path_and_polling_is_not(stage: Stage) -> None:
    starting_slowly(stage)

    record, course = deployed(stage)

    by_text = {each.text: each for each in course.steps}
    ready = by_text["await r2-0, r2-1 ready"]
    assert START_S - 2 * POLL_S <= ready.critical_s < START_S
    assert by_text["bake 2 s under alarms"].critical_s == pytest.approx(2.0)
    assert record.critical_path_s == pytest.approx(sum(e.critical_s for e in course.steps))
    assert course.ended_s - course.began_s >= START_S + 2


def test_a_decision_to_go_back_is_written_down(stage: Stage) -> None:
    stage.health.never.add(2)

    _, course = deployed(stage)

    decisions = [each.text for each in course.events if each.kind is CourseEventKind.DECISION]
    assert len(decisions) == 1
    assert decisions[0].startswith("go back: await r2-0 ready: r2-0 was not ready within 5 s")
    assert {each.release: each.running for each in course.fleet} == {"r1": 2, "r2": 0}


def test_each_deployment_has_a_course_of_its_own(stage: Stage) -> None:
    _, first = deployed(stage)
    release = stage.release(3)
    stage.site.admit(release, stage.installed)
    deploy(stage.site, release, strategy="rolling", deployment="e")
    second = stage.site.measured

    assert second is not None
    assert (first.candidate, second.stable, second.candidate) == ("r2", "r2", "r3")
    assert all("r1" not in each.text for each in second.events)
