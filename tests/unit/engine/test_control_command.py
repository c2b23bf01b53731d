"""Requests to the controller of a deployment, from another process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_pipeline.domain.control_requests import ControlRequest, RequestKind
from pytest_pipeline.domain.deployments import DeploymentRecord, DeploymentStatus
from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.journal_entries import begun, happened, heard
from pytest_pipeline.domain.plans import Bake, Launch, Plan
from pytest_pipeline.domain.rollouts import (
    Phase,
    StepDone,
    StepFailed,
    StopRequested,
    advance,
    begin,
)
from pytest_pipeline.engine.control_command import (
    HEARD_DEADLINE_S,
    await_end,
    demand_under_way,
    is_led,
    take_back,
    tell_controller,
)
from pytest_pipeline.engine.site_records import Holder
from pytest_pipeline.engine.taking import SUPERVISOR
from pytest_pipeline.engine.under_way import UnderWay, demand_way_back
from pytest_pipeline.errors import ConfigError, StateError
from pytest_pipeline.testing.virtual_clock import VirtualClock

CONTROLLER = Holder("execution e1", 70, "2026-01-01T00:00:00Z")
PAUSE = ControlRequest("staging", RequestKind.PAUSE)
PROMOTE = ControlRequest("staging", RequestKind.PROMOTE)
ABORT = ControlRequest("staging", RequestKind.ABORT)
PLAN = Plan("rolling", (Launch(2, ("r2-0",)), Bake(30.0)))
STATE = begin(PLAN, Fleet(1, ("r1-0",)), Fleet(2, ("r2-0",)))
RECORD = DeploymentRecord(
    "e1-staging", "staging", "rolling", DeploymentStatus.STOPPED, "r1", "r2", "sha256:0",
    1, 0, 0, None, None, None, None, 1.0, phase=str(Phase.ROLLED_BACK),
)  # fmt: skip


@dataclass
class Scene:
    """A ledger, a journal and a lock; things happen to them while the clock is slept on."""

    happens: Callable[[Scene], None] = lambda _: None
    holder: Holder | None = CONTROLLER
    kept: Mapping[str, object] | None = None
    entries: list[Mapping[str, object]] = field(
        default_factory=lambda: [begun(STATE), happened(StepDone())]
    )
    requests: list[ControlRequest] = field(default_factory=list)
    deployments: list[DeploymentRecord] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    clock: VirtualClock = field(default_factory=VirtualClock)

    def sleep(self, seconds: float) -> None:
        self.clock.sleep(seconds)
        self.happens(self)

    def hear(self, refusal: str = "") -> None:
        for each in self.requests:
            self.entries.append(heard(each, refusal))
        self.requests.clear()

    def ask(self, request: ControlRequest) -> Callable[[], None]:
        self.requests.append(request)
        return lambda: self.requests.remove(request) if request in self.requests else None

    @property
    def tools(self) -> Any:  # noqa: ANN401 - a toolbox of fakes
        ended = self.entries or ()
        return SimpleNamespace(
            clock=SimpleNamespace(now=self.clock.now, sleep=self.sleep),
            journal=SimpleNamespace(read=lambda name: ended if name == "e1-staging" else ()),
            ledger=SimpleNamespace(
                ask=self.ask,
                asked=lambda _: tuple(self.requests),
                deployments=lambda _: tuple(self.deployments),
            ),
            progress=SimpleNamespace(line=self.said.append, busy=lambda _: None),
            records=SimpleNamespace(holder=lambda _: self.holder, read=lambda _: self.kept),
        )

    def found(self) -> UnderWay:
        return demand_under_way(self.tools, "staging")


def end_it(scene: Scene) -> None:
    scene.entries.append({"kind": "ended"})
    scene.deployments.append(RECORD)
    scene.holder = None


def die(scene: Scene) -> None:
    scene.holder = None


def test_a_deployment_under_way_is_found_by_who_has_the_environment() -> None:
    found = Scene().found()

    assert str(found) == "r2 (rolling): rolling out, step 2 of 2: bake 30 s under alarms"
    assert found.holder == CONTROLLER
    assert is_led(found)


def test_one_at_a_kept_environment_is_found_although_its_controller_died() -> None:
    found = Scene(holder=None, kept={"deployment": "e1-staging"}).found()

    assert found.deployment == "e1-staging"
    assert not is_led(found)


def test_the_supervisor_leads_no_deployment() -> None:
    scene = Scene(holder=Holder(SUPERVISOR, 5, "now"), kept={"deployment": "e1-staging"})

    assert not is_led(scene.found())


@pytest.mark.parametrize(
    "scene",
    [
        pytest.param(Scene(holder=None), id="nobody-has-it"),
        pytest.param(Scene(holder=replace(CONTROLLER, by="execution e2")), id="not-deploying-yet"),
        pytest.param(Scene(holder=replace(CONTROLLER, by="pytest-pipeline down")), id="down"),
        pytest.param(Scene(entries=[begun(STATE), {"kind": "ended"}]), id="ended"),
        pytest.param(
            Scene(entries=[begun(STATE), *[happened(StepDone())] * 2]), id="all-steps-done-not-kept"
        ),
    ],
)
def test_where_nothing_is_under_way_it_is_a_wrong_question(scene: Scene) -> None:
    with pytest.raises(ConfigError, match="no deployment is under way in staging"):
        scene.found()


def test_a_journal_that_makes_no_sense_is_refused_with_a_way_on() -> None:
    with pytest.raises(StateError, match=r"cannot be understood.*pytest-pipeline down staging"):
        Scene(entries=[{"kind": "nonsense"}]).found()


def test_a_request_is_waited_for_until_it_is_heard() -> None:
    def hear_after_3_s(scene: Scene) -> None:
        if scene.clock.now() >= 3:
            scene.hear()

    scene = Scene(hear_after_3_s)
    tell_controller(scene.tools, scene.found(), PAUSE)

    assert 3 <= scene.clock.now() < 4
    assert scene.said == [f"staging: asked {CONTROLLER} to pause"]


@pytest.mark.parametrize("happens", [end_it, die])
def test_a_request_that_nobody_can_hear_any_more_is_taken_back(
    happens: Callable[[Scene], None],
) -> None:
    scene = Scene(happens)

    with pytest.raises(
        StateError, match=r"ended(, or its controller died,| \(rolled back\)) before"
    ):
        tell_controller(scene.tools, scene.found(), PAUSE)

    assert scene.requests == []


def test_a_controller_that_does_not_listen_is_waited_for_until_the_deadline() -> None:
    scene = Scene()

    with pytest.raises(StateError, match="nobody heard within 600 s"):
        tell_controller(scene.tools, scene.found(), PAUSE)

    assert HEARD_DEADLINE_S <= scene.clock.now() < HEARD_DEADLINE_S + 1
    assert scene.requests == []


def test_what_somebody_else_asked_stays_asked() -> None:
    scene = Scene(die)
    other = replace(PAUSE, id="other")
    scene.requests.append(other)

    with pytest.raises(StateError, match="before it heard"):
        tell_controller(scene.tools, scene.found(), PAUSE)

    assert scene.requests == [other]


def test_a_request_says_what_it_is_about() -> None:
    asked: list[ControlRequest] = []

    def note(scene: Scene) -> None:
        asked.extend(scene.requests)
        scene.hear()

    scene = Scene(note)
    tell_controller(scene.tools, scene.found(), PAUSE)

    assert [(each.deployment, each.step, bool(each.id)) for each in asked] == [
        ("e1-staging", 1, True)
    ]


def test_what_was_dropped_was_not_heard() -> None:
    scene = Scene(lambda scene: scene.requests.clear())

    with pytest.raises(StateError, match="dropped before it was heard; ask again"):
        tell_controller(scene.tools, scene.found(), PAUSE)


def test_a_refusal_is_told() -> None:
    scene = Scene(lambda scene: scene.hear("nothing waits at the moment"))

    with pytest.raises(StateError, match="staging: nothing waits at the moment"):
        tell_controller(scene.tools, scene.found(), PROMOTE)


def test_going_back_is_waited_for_to_its_end() -> None:
    def hear_then_end(scene: Scene) -> None:
        if scene.requests:
            scene.hear()
            scene.entries.append(happened(StopRequested("")))
        elif scene.clock.now() >= 9:
            end_it(scene)

    scene = Scene(hear_then_end)

    assert take_back(scene.tools, scene.found(), ABORT) == RECORD


def test_one_that_ends_before_it_hears_is_told_by_its_record() -> None:
    scene = Scene(end_it)

    assert take_back(scene.tools, scene.found(), ABORT) == RECORD
    assert scene.requests == []


def test_one_that_goes_back_already_is_asked_nothing() -> None:
    scene = Scene(end_it)
    scene.entries.append(happened(StepFailed("no")))

    assert take_back(scene.tools, scene.found(), ABORT) == RECORD
    assert scene.said == []


def test_one_that_turns_back_before_it_hears_is_waited_for() -> None:
    def fail_then_end(scene: Scene) -> None:
        if scene.clock.now() < 1:
            scene.entries.append(happened(StepFailed("no")))
        else:
            end_it(scene)

    scene = Scene(fail_then_end)

    assert take_back(scene.tools, scene.found(), ABORT) == RECORD
    assert scene.requests == []


def test_a_way_back_that_needs_force_is_refused_up_front() -> None:
    state = replace(STATE, irreversible=True, migrated=True)

    with pytest.raises(StateError, match=r"promote staging.*pause staging.*abort staging --force"):
        demand_way_back("staging", state, led=True)
    with pytest.raises(StateError, match=r"resume staging.*abort staging --force"):
        demand_way_back("staging", state, led=False)
    with pytest.raises(StateError, match=r"is frozen: r2 failed \(no\).*--force"):
        demand_way_back("staging", advance(state, StepFailed("no")), led=False)
    demand_way_back("staging", replace(state, phase=Phase.ROLLING_BACK), led=True)
    demand_way_back("staging", replace(state, migrated=False), led=True)


def test_the_end_of_a_deployment_is_waited_for() -> None:
    def end_after_9_s(scene: Scene) -> None:
        if scene.clock.now() >= 9:
            end_it(scene)

    scene = Scene(end_after_9_s)

    assert await_end(scene.tools, scene.found()) == RECORD
    assert scene.clock.now() >= 9


def test_the_record_is_waited_for_while_the_last_traffic_is_measured() -> None:
    def end_in_two_moments(scene: Scene) -> None:
        if scene.clock.now() < 1:
            scene.entries.append({"kind": "ended"})
        elif scene.clock.now() >= 5:
            scene.deployments.append(RECORD)

    scene = Scene(end_in_two_moments)

    assert await_end(scene.tools, scene.found()) == RECORD
    assert scene.clock.now() >= 5


def test_a_controller_that_dies_on_the_way_back_is_no_end() -> None:
    scene = Scene(die)

    with pytest.raises(StateError, match="the controller died; pytest-pipeline abort staging"):
        await_end(scene.tools, scene.found())
