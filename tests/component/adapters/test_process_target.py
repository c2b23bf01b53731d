"""Instances as processes, beyond what every target promises."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pytest_pipeline.adapters.process_target import ProcessTarget
from pytest_pipeline.adapters.processes import GuardedProcesses
from pytest_pipeline.adapters.system_clock import SystemClock
from pytest_pipeline.domain.fleets import Instance
from pytest_pipeline.engine.ports import LaunchRequest
from pytest_pipeline.errors import TargetStartError

CLOCK = SystemClock()


@pytest.fixture
def processes() -> Iterator[GuardedProcesses]:
    with GuardedProcesses(clock=CLOCK) as made:
        yield made


@pytest.fixture
def target(processes: GuardedProcesses) -> ProcessTarget:
    return ProcessTarget(processes)


@pytest.fixture
def request_of(tmp_path: Path) -> LaunchRequest:
    return LaunchRequest(
        id="r7-0",
        release=7,
        argv=("sleep", "60"),
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"]},
        log=tmp_path / "r7-0.log",
    )


def output_of(target: ProcessTarget, request: LaunchRequest) -> tuple[int, str]:
    instance = target.launch(request)
    deadline = CLOCK.now() + 5
    while target.is_running(instance) and CLOCK.now() < deadline:
        CLOCK.sleep(0.01)
    return instance.port, target.log_tail(instance)


def test_the_port_is_filled_in_where_it_is_named(
    target: ProcessTarget, request_of: LaunchRequest
) -> None:
    script = 'echo "$0 $ADDRESS $OTHER"'
    env = {**request_of.env, "ADDRESS": "http://me:{port}/", "OTHER": '{"a": "{b}"}'}

    port, output = output_of(
        target, replace(request_of, argv=("sh", "-c", script, "--port={port}"), env=env)
    )

    assert output == f'--port={port} http://me:{port}/ {{"a": "{{b}}"}}\n'


def test_instances_may_cache_bytecode(target: ProcessTarget, request_of: LaunchRequest) -> None:
    env = {**request_of.env, "PYTHONDONTWRITEBYTECODE": "1"}

    _, output = output_of(target, replace(request_of, argv=("env",), env=env))

    assert "PYTHONDONTWRITEBYTECODE" not in output
    assert "PATH=" in output


def test_a_port_that_another_program_holds_is_refused_and_its_holder_named(
    target: ProcessTarget, request_of: LaunchRequest
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]

        with pytest.raises(TargetStartError) as caught:
            target.launch(replace(request_of, port=port))

    message = str(caught.value)
    assert f"port {port} of 127.0.0.1 is taken by" in message
    assert f"(process {os.getpid()})" in message
    assert "let a free port be chosen" in message


def test_a_server_on_all_addresses_holds_the_port_as_well(
    target: ProcessTarget, request_of: LaunchRequest
) -> None:
    with socket.create_server(("", 0)) as holder:
        port = holder.getsockname()[1]

        with pytest.raises(TargetStartError, match=f"port {port}"):
            target.launch(replace(request_of, port=port))


def test_the_port_of_an_instance_that_died_can_be_taken_again(
    target: ProcessTarget, request_of: LaunchRequest
) -> None:
    port, _ = output_of(target, replace(request_of, argv=("true",)))

    instance = target.launch(replace(request_of, port=port))

    assert instance.port == port
    assert target.is_running(instance)


def test_a_port_is_free_again_when_the_launch_failed(
    target: ProcessTarget, request_of: LaunchRequest
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(TargetStartError, match="no-such-program"):
        target.launch(replace(request_of, argv=("no-such-program",), port=port))

    instance = target.launch(replace(request_of, port=port))

    assert instance.port == port


def test_an_instance_is_stopped_by_another_target_that_knows_its_record(
    target: ProcessTarget, request_of: LaunchRequest
) -> None:
    instance = target.launch(request_of)

    with GuardedProcesses(clock=CLOCK) as others:
        ProcessTarget(others).stop(instance, grace_s=2)

    assert not target.is_running(instance)


def test_kept_instances_survive_the_closing_of_their_processes(request_of: LaunchRequest) -> None:
    with GuardedProcesses(clock=CLOCK) as processes:
        instance = ProcessTarget(processes, keep=True).launch(request_of)
        processes.hand_over()

    with GuardedProcesses(clock=CLOCK) as others:
        target = ProcessTarget(others)
        survived = target.is_running(instance)
        target.stop(instance, grace_s=2)

    assert survived
    assert not target.is_running(instance)


def test_the_tail_of_a_long_log_is_read_from_its_end(
    target: ProcessTarget, request_of: LaunchRequest
) -> None:
    instance = target.launch(request_of)
    with Path(instance.log).open("w", encoding="utf-8") as log:
        log.writelines(f"{number:0100d}\n" for number in range(100_000))
        log.write("the end without a line break")

    began_s = CLOCK.now()
    tail = target.log_tail(instance, lines=3)
    took_s = CLOCK.now() - began_s

    assert tail.splitlines() == [f"{99998:0100d}", f"{99999:0100d}", "the end without a line break"]
    assert took_s < 0.1


@pytest.mark.skipif(
    not Path("/proc/self/autogroup").exists(), reason="this system knows no shares of sessions"
)
def test_an_instance_that_gives_way_has_a_smaller_share_of_the_processor_until_it_is_settled(
    target: ProcessTarget, request_of: LaunchRequest
) -> None:
    usual = target.launch(request_of)
    yielding = target.launch(replace(request_of, id="r7-1", yielding=True))

    assert share_of(yielding) > share_of(usual) == 0

    target.settle(yielding)

    assert share_of(yielding) == 0


def share_of(instance: Instance) -> int:
    """Return how nice its session is: the more, the smaller its share."""
    return int(Path(f"/proc/{instance.process.pid}/autogroup").read_text().split()[-1])
