"""Envoys in front of instances: nothing changes but while a fault is injected."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_pipeline.adapters.envoy.sidecars import SidecarTarget
from pytest_pipeline.adapters.http_health import HttpHealth
from pytest_pipeline.adapters.process_target import ProcessTarget
from pytest_pipeline.adapters.processes import GuardedProcesses, GuardedSurvey
from pytest_pipeline.adapters.system_clock import SystemClock
from pytest_pipeline.domain.drills import InjectedFault
from pytest_pipeline.domain.fleets import Instance
from pytest_pipeline.engine.ports import LaunchRequest
from pytest_pipeline.testing.target_conformance import (
    INSTANCE_PROGRAM,
    TARGET_CHECKS,
    TargetCheck,
    TargetSubject,
)

CLOCK = SystemClock()
READY, TRAFFIC = "/ready?deep=1", "/orders"
SLOW_S = 0.4
LATE, BROKEN = InjectedFault(delay_s=SLOW_S), InjectedFault(status=503)
HUNG = InjectedFault(delay_s=3600.0, readiness=True)


@pytest.fixture
def processes() -> Iterator[GuardedProcesses]:
    with GuardedProcesses(clock=CLOCK) as made:
        yield made


@pytest.fixture
def target(processes: GuardedProcesses) -> SidecarTarget:
    made = SidecarTarget(ProcessTarget(processes), CLOCK)
    made.cover(7, ready=READY)
    return made


def launch(target: SidecarTarget, folder: Path, number: int = 0, release: int = 7) -> Instance:
    name = f"r{release}-{number}"
    program = (sys.executable, "-S", "-c", INSTANCE_PROGRAM, "{port}")
    request = LaunchRequest(
        name, release, program, folder, {"PATH": os.environ["PATH"]}, folder / f"{name}.log"
    )
    instance = target.launch(request)
    deadline = CLOCK.now() + 10
    while ask(instance, "/awake") is not None and CLOCK.now() < deadline:
        CLOCK.sleep(0.01)
    return instance


def ask(instance: Instance, path: str, *, timeout_s: float = 2.0) -> str | None:
    return HttpHealth().ready(instance.url + path, timeout_s=timeout_s)


def took_s(instance: Instance, path: str) -> float:
    began_s = CLOCK.now()
    assert ask(instance, path) is None
    return CLOCK.now() - began_s


def test_latency_is_added_to_traffic_and_not_to_readiness_until_it_is_lifted(
    target: SidecarTarget, tmp_path: Path
) -> None:
    instance = launch(target, tmp_path)
    before_s = took_s(instance, TRAFFIC)
    target.inject(LATE)
    during_s, ready_s = took_s(instance, TRAFFIC), took_s(instance, READY)
    target.inject(None)
    after_s = took_s(instance, TRAFFIC)

    assert during_s >= SLOW_S
    assert max(before_s, ready_s, after_s) < SLOW_S


def test_errors_are_answered_in_the_instances_place(target: SidecarTarget, tmp_path: Path) -> None:
    instance = launch(target, tmp_path)
    target.inject(BROKEN)
    during, ready = ask(instance, TRAFFIC), ask(instance, READY)
    target.inject(None)

    assert during == "503 Service Unavailable"
    assert ready is None
    assert ask(instance, TRAFFIC) is None


def test_readiness_hangs_while_traffic_is_answered(target: SidecarTarget, tmp_path: Path) -> None:
    instance = launch(target, tmp_path)
    target.inject(HUNG)

    assert ask(instance, READY, timeout_s=0.3) == "no answer within 0.3 s"
    assert ask(instance, TRAFFIC) is None


def test_instances_that_are_launched_later_have_the_fault_from_their_first_request(
    target: SidecarTarget, tmp_path: Path
) -> None:
    target.inject(HUNG)
    instance = launch(target, tmp_path)

    assert ask(instance, READY, timeout_s=0.3) == "no answer within 0.3 s"


def test_only_the_release_that_is_covered_last_has_the_fault(
    target: SidecarTarget, tmp_path: Path
) -> None:
    earlier = launch(target, tmp_path)
    target.cover(8, ready=READY)
    later = launch(target, tmp_path, release=8)
    target.inject(BROKEN)

    assert ask(later, TRAFFIC) == "503 Service Unavailable"
    assert ask(earlier, TRAFFIC) is None


def test_an_instance_that_is_not_covered_has_nothing_in_front(
    target: SidecarTarget, processes: GuardedProcesses, tmp_path: Path
) -> None:
    instance = launch(target, tmp_path, release=6)

    assert GuardedSurvey(processes).running() == (("r6-0", instance.process),)


def test_a_dead_instance_and_a_dead_envoy_both_count_as_dead(
    target: SidecarTarget, processes: GuardedProcesses, tmp_path: Path
) -> None:
    survey = GuardedSurvey(processes)
    first, second = launch(target, tmp_path), launch(target, tmp_path, 1)
    sidecars = {name: process for name, process in survey.running() if name.endswith("-sidecar")}

    survey.kill(first.process)
    survey.kill(sidecars["r7-1-sidecar"])
    deadline = CLOCK.now() + 5
    while any(map(target.is_running, (first, second))) and CLOCK.now() < deadline:
        CLOCK.sleep(0.01)

    assert not target.is_running(first)
    assert not target.is_running(second)
    for each in (first, second):
        target.stop(each, grace_s=1.0)
    assert survey.running() == ()


def test_a_killed_process_is_killed_with_its_group_and_nothing_else(
    processes: GuardedProcesses, target: SidecarTarget, tmp_path: Path
) -> None:
    survey = GuardedSurvey(processes)
    one, other = (launch(target, tmp_path, number, release=6) for number in (0, 1))

    survey.kill(one.process)
    deadline = CLOCK.now() + 5
    while target.is_running(one) and CLOCK.now() < deadline:
        CLOCK.sleep(0.01)

    assert processes.exit_code(one.process) == -signal.SIGKILL
    assert survey.running() == (("r6-1", other.process),)


@pytest.mark.parametrize(
    "check", [each for each in TARGET_CHECKS if not each.runs_programs], ids=str
)
def test_a_target_with_envoys_in_front_conforms(
    check: TargetCheck, target: SidecarTarget, tmp_path: Path
) -> None:
    argv = (sys.executable, "-S", "-c", INSTANCE_PROGRAM, "{port}")
    env = {"PATH": os.environ["PATH"]}

    check(TargetSubject(target, lambda: target, argv, tmp_path, env, CLOCK))
