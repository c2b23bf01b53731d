"""Health of fake instances."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_pipeline.domain.fleets import Instance
from pytest_pipeline.engine.ports import LaunchRequest
from pytest_pipeline.testing.fake_health import FakeHealth
from pytest_pipeline.testing.fake_target import FakeTarget
from pytest_pipeline.testing.virtual_clock import VirtualClock


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def target() -> FakeTarget:
    return FakeTarget()


@pytest.fixture
def health(target: FakeTarget, clock: VirtualClock) -> FakeHealth:
    return FakeHealth(target, clock)


@pytest.fixture
def instance(target: FakeTarget) -> Instance:
    log = Path("/logs/r1-0.log")
    return target.launch(LaunchRequest("r1-0", 1, ("serve",), log.parent, {}, log))


def ask(health: FakeHealth, instance: Instance) -> str | None:
    return health.ready(f"{instance.url}/ready", timeout_s=1)


def test_what_runs_is_ready(health: FakeHealth, instance: Instance) -> None:
    assert ask(health, instance) is None
    assert health.is_ready(instance)


def test_what_does_not_run_refuses(
    health: FakeHealth, target: FakeTarget, instance: Instance
) -> None:
    target.die(instance)

    assert ask(health, instance) == "connection refused"
    assert not health.is_ready(instance)


def test_what_is_suspended_recovers_in_time(
    health: FakeHealth, clock: VirtualClock, instance: Instance
) -> None:
    health.suspend(instance, 2)
    clock.advance(1.9)
    before = ask(health, instance)
    clock.advance(0.2)

    assert before == "503 Service Unavailable"
    assert ask(health, instance) is None
    assert health.recovered_within(instance, 0.5)
    assert not health.recovered_within(instance, 0.05)


def test_a_release_that_is_never_ready_recovers_with_all_others(
    health: FakeHealth, instance: Instance
) -> None:
    health.never_ready(1)
    before = ask(health, instance)
    health.recover()

    assert before is not None
    assert ask(health, instance) is None
