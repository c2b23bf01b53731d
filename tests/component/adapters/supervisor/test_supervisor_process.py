"""The supervisor's process: one an environment, small, and it outlives whoever started it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import psutil
import pytest

from pytest_pipeline.adapters.processes import GuardedProcesses
from pytest_pipeline.adapters.supervisor.starting import DetachedSupervisors
from pytest_pipeline.adapters.system_clock import SystemClock

if TYPE_CHECKING:
    from tests.component.adapters.supervisor.conftest import Home, Process

Waits = Callable[[Callable[[], object]], bool]


@pytest.fixture
def processes() -> Iterator[GuardedProcesses]:
    with GuardedProcesses(clock=SystemClock()) as made:
        yield made


@pytest.fixture
def supervisors(home: Home, processes: GuardedProcesses) -> Iterator[DetachedSupervisors]:
    made = DetachedSupervisors(
        home.folder, home.folder, processes=lambda: processes, variables=lambda: os.environ
    )
    yield made
    made.end("staging")


def test_one_supervisor_is_started_and_no_other_beside_it(
    supervisors: DetachedSupervisors, home: Home, alive: Process, becomes_true: Waits
) -> None:
    home.keep(alive)
    began = SystemClock().now()
    first = supervisors.ensure("staging")
    took_s = SystemClock().now() - began
    assert becomes_true(lambda: supervisors.state("staging"))
    state = supervisors.state("staging")
    second = supervisors.ensure("staging")

    assert (first, second) == (True, False)
    assert took_s < 1
    assert state is not None
    assert os.getsid(state.pid) == state.pid
    assert supervisors.state("production") is None


def test_of_two_that_start_at_once_one_stays(
    supervisors: DetachedSupervisors, home: Home, alive: Process, becomes_true: Waits
) -> None:
    home.keep(alive)
    supervisors.ensure("staging")
    supervisors.ensure("staging")
    assert becomes_true(lambda: supervisors.state("staging"))

    def of_ours() -> list[int]:
        found = psutil.process_iter(["pid", "cmdline"])
        return [
            each.pid for each in found
            if str(home.folder) in " ".join(each.info["cmdline"] or ())
            and each.status() != psutil.STATUS_ZOMBIE
        ]  # fmt: skip

    assert becomes_true(lambda: len(of_ours()) == 1), of_ours()


def test_it_ends_with_the_record(
    supervisors: DetachedSupervisors, home: Home, alive: Process, becomes_true: Waits
) -> None:
    home.keep(alive)
    supervisors.ensure("staging")
    assert becomes_true(lambda: supervisors.state("staging"))

    home.record.unlink()

    assert becomes_true(lambda: supervisors.state("staging") is None)


def test_it_outlives_whoever_started_it_until_it_is_ended(
    supervisors: DetachedSupervisors,
    processes: GuardedProcesses,
    home: Home,
    alive: Process,
    becomes_true: Waits,
) -> None:
    home.keep(alive)
    supervisors.ensure("staging")
    assert becomes_true(lambda: supervisors.state("staging"))
    state = supervisors.state("staging")
    assert state is not None

    processes.close()

    assert psutil.pid_exists(state.pid)
    assert supervisors.state("staging") == state
    supervisors.end("staging")
    assert supervisors.state("staging") is None


def test_a_killed_one_is_found_dead_and_replaced(
    supervisors: DetachedSupervisors, home: Home, alive: Process, becomes_true: Waits
) -> None:
    home.keep(alive)
    supervisors.ensure("staging")
    assert becomes_true(lambda: supervisors.state("staging"))
    state = supervisors.state("staging")
    assert state is not None

    os.kill(state.pid, signal.SIGKILL)

    assert becomes_true(lambda: supervisors.state("staging") is None)
    assert supervisors.ensure("staging")
    assert becomes_true(lambda: supervisors.state("staging"))


def test_it_is_small(
    supervisors: DetachedSupervisors, home: Home, alive: Process, becomes_true: Waits
) -> None:
    home.keep(alive)
    supervisors.ensure("staging")
    assert becomes_true(lambda: supervisors.state("staging"))
    state = supervisors.state("staging")
    assert state is not None

    assert psutil.Process(state.pid).memory_info().rss < 40 * 2**20
