"""What every target promises: run on real processes and on the fake."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pytest_pipeline.adapters.process_target import ProcessTarget
from pytest_pipeline.adapters.processes import GuardedProcesses
from pytest_pipeline.adapters.system_clock import SystemClock
from pytest_pipeline.domain.fleets import Instance
from pytest_pipeline.engine.ports import LaunchRequest, Target
from pytest_pipeline.errors import TargetStartError
from pytest_pipeline.testing.fake_target import FakeTarget

CLOCK = SystemClock()
OUTPUT = "".join(f"line {number}\n" for number in range(1, 41))
SCRIPT = "i=1; while [ $i -le 40 ]; do echo line $i; i=$((i+1)); done; exec sleep 60"


@pytest.fixture(params=["process", "fake"])
def target(request: pytest.FixtureRequest) -> Iterator[Target]:
    if request.param == "fake":
        yield FakeTarget(output=OUTPUT)
        return
    with GuardedProcesses(clock=CLOCK) as processes:
        yield ProcessTarget(processes)


@pytest.fixture
def request_of(tmp_path: Path) -> LaunchRequest:
    return LaunchRequest(
        id="r7-0",
        release=7,
        argv=("sh", "-c", SCRIPT),
        cwd=tmp_path,
        env=dict(os.environ),
        log=tmp_path / "r7-0.log",
    )


def wait_for_output(target: Target, instance: Instance) -> None:
    deadline = CLOCK.now() + 5
    while "line 40\n" not in target.log_tail(instance, lines=50) and CLOCK.now() < deadline:
        CLOCK.sleep(0.01)


def test_a_launched_instance_is_as_requested_and_runs(
    target: Target, request_of: LaunchRequest
) -> None:
    instance = target.launch(request_of)

    assert (instance.id, instance.release) == ("r7-0", 7)
    assert instance.host == "127.0.0.1"
    assert 1 <= instance.port <= 65535
    assert instance.log == str(request_of.log)
    assert target.is_running(instance)


def test_instances_get_different_ports_and_processes(
    target: Target, request_of: LaunchRequest
) -> None:
    instances = [target.launch(replace(request_of, id=f"r7-{number}")) for number in range(5)]

    assert len({instance.port for instance in instances}) == 5
    assert len({instance.process for instance in instances}) == 5


def test_a_stopped_instance_does_not_run_and_others_do(
    target: Target, request_of: LaunchRequest
) -> None:
    stopped = target.launch(request_of)
    other = target.launch(replace(request_of, id="r7-1"))

    target.stop(stopped, grace_s=5)

    assert not target.is_running(stopped)
    assert target.is_running(other)


def test_an_instance_that_gave_way_runs_on_when_it_is_settled(
    target: Target, request_of: LaunchRequest
) -> None:
    instance = target.launch(replace(request_of, yielding=True))

    target.settle(instance)
    target.settle(instance)

    assert target.is_running(instance)


def test_nothing_happens_to_an_instance_that_is_gone_and_is_settled(
    target: Target, request_of: LaunchRequest
) -> None:
    instance = target.launch(replace(request_of, yielding=True))
    target.stop(instance, grace_s=1)

    target.settle(instance)

    assert not target.is_running(instance)


def test_stopping_again_does_nothing(target: Target, request_of: LaunchRequest) -> None:
    instance = target.launch(request_of)

    target.stop(instance, grace_s=5)
    target.stop(instance, grace_s=5)

    assert not target.is_running(instance)


def test_the_next_instance_of_the_same_name_is_another_one(
    target: Target, request_of: LaunchRequest
) -> None:
    first = target.launch(request_of)
    target.stop(first, grace_s=5)

    second = target.launch(replace(request_of, port=first.port))
    target.stop(first, grace_s=5)

    assert second.port == first.port
    assert not target.is_running(first)
    assert target.is_running(second)


def test_a_taken_port_is_refused_by_its_number(target: Target, request_of: LaunchRequest) -> None:
    taken = target.launch(request_of).port

    with pytest.raises(TargetStartError, match=rf"r7-1: port {taken}\b.* is taken"):
        target.launch(replace(request_of, id="r7-1", port=taken))


@pytest.mark.parametrize(
    ("lines", "tail"),
    [
        pytest.param(2, "line 39\nline 40\n", id="two"),
        pytest.param(40, OUTPUT, id="all"),
        pytest.param(500, OUTPUT, id="more-than-there-are"),
        pytest.param(0, "", id="none"),
    ],
)
def test_the_tail_of_the_log_is_its_last_lines(
    target: Target, request_of: LaunchRequest, lines: int, tail: str
) -> None:
    instance = target.launch(request_of)
    wait_for_output(target, instance)

    assert target.log_tail(instance, lines=lines) == tail


def test_the_log_of_an_instance_that_ended_can_be_read(
    target: Target, request_of: LaunchRequest
) -> None:
    instance = target.launch(request_of)
    wait_for_output(target, instance)

    target.stop(instance, grace_s=5)

    assert target.log_tail(instance, lines=1) == "line 40\n"


def test_a_log_that_never_was_is_empty(target: Target, request_of: LaunchRequest) -> None:
    instance = replace(target.launch(request_of), log=str(request_of.cwd / "nowhere.log"))

    assert target.log_tail(instance) == ""
