"""A second deployment to an environment is refused, waits or supersedes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_pipeline.domain.control_requests import ControlRequest, RequestKind
from pytest_pipeline.domain.environments import Concurrency, Environment
from pytest_pipeline.engine.site_records import Holder
from pytest_pipeline.engine.taking import SUPERVISOR, take_environment
from pytest_pipeline.errors import ConcurrencyError
from pytest_pipeline.testing.virtual_clock import VirtualClock

ANOTHER = Holder("execution 7", 70, "2026-01-01T00:00:00Z")


@dataclass
class OneLock:
    """Records with one environment, which others have as a function of time."""

    has_it: Callable[[], Holder | None]
    line: list[str] = field(default_factory=list)
    taken_by: str = ""

    def acquire(self, environment: str, *, by: str) -> None:
        holder = self.has_it()
        if holder is not None:
            raise ConcurrencyError(f"environment {environment!r} is in use by {holder}")
        self.taken_by = by

    def holder(self, environment: str) -> Holder | None:
        del environment
        return self.has_it()

    def line_up(self, environment: str, *, by: str) -> None:
        del environment
        if by not in self.line:
            self.line.append(by)

    def step_out(self, environment: str) -> None:
        del environment
        self.line.clear()


@dataclass
class Heard:
    requests: list[ControlRequest] = field(default_factory=list)

    def ask(self, request: ControlRequest) -> None:
        if request not in self.requests:
            self.requests.append(request)


@dataclass
class Said:
    lines: list[str] = field(default_factory=list)

    def line(self, text: str) -> None:
        self.lines.append(text)

    def busy(self, text: str) -> None:
        del text

    def idle(self) -> None:
        pass


@dataclass
class Scene:
    clock: VirtualClock
    records: OneLock
    ledger: Heard
    progress: Said

    def take(self, policy: Concurrency, **options: float) -> None:
        tools: Any = SimpleNamespace(
            clock=self.clock, records=self.records, ledger=self.ledger, progress=self.progress
        )
        take_environment(
            tools, Environment("staging", concurrency=policy), by="execution 8", **options
        )


def scene(holder: Holder | None, until_s: float = float("inf")) -> Scene:
    clock = VirtualClock()
    records = OneLock(lambda: holder if clock.now() < until_s else None)
    return Scene(clock, records, Heard(), Said())


@pytest.mark.parametrize("policy", Concurrency)
def test_one_that_nobody_has_is_taken_at_once(policy: Concurrency) -> None:
    free = scene(None)

    free.take(policy)

    assert free.records.taken_by == "execution 8"
    assert free.clock.now() == 0
    assert free.progress.lines == free.records.line == free.ledger.requests == []


def test_a_refused_one_is_told_who_has_it_since_when_and_the_ways_on() -> None:
    held = scene(ANOTHER)

    with pytest.raises(ConcurrencyError) as refusal:
        held.take(Concurrency.REFUSE)

    told = str(refusal.value)
    assert "in use by execution 7 (process 70, since 2026-01-01T00:00:00Z)" in told
    assert 'concurrency = "wait" in [environments.staging]' in told
    assert "pytest-pipeline abort staging" in told
    assert 'concurrency = "supersede"' in told
    assert held.clock.now() == 0
    assert held.records.line == held.ledger.requests == []


@pytest.mark.parametrize("policy", Concurrency)
def test_the_supervisor_is_waited_for_whatever_the_policy_and_never_superseded(
    policy: Concurrency,
) -> None:
    mending = scene(Holder(SUPERVISOR, 5, "now"), until_s=20)

    mending.take(policy)

    assert mending.records.taken_by == "execution 8"
    assert mending.ledger.requests == []


def test_one_that_waits_stands_in_line_and_says_for_whom() -> None:
    held = scene(ANOTHER, until_s=100)
    lined_up: list[list[str]] = []
    held.progress.line = lambda text: lined_up.append([*held.records.line, text])  # type: ignore[method-assign]

    held.take(Concurrency.WAIT)

    assert lined_up == [["execution 8", f"staging: waiting for {ANOTHER}"]]
    assert held.records.taken_by == "execution 8"
    assert held.records.line == []
    assert 100 <= held.clock.now() < 101
    assert held.ledger.requests == []


def test_a_wait_has_an_end_and_leaves_the_line() -> None:
    held = scene(ANOTHER)

    with pytest.raises(ConcurrencyError, match=r"execution 7 .*execution 8 waited 60 s"):
        held.take(Concurrency.WAIT, deadline_s=60)

    assert 60 <= held.clock.now() < 61
    assert held.records.line == []


def test_one_that_supersedes_asks_whoever_is_there_to_go_back_and_waits() -> None:
    held = scene(ANOTHER, until_s=10)

    held.take(Concurrency.SUPERSEDE)

    assert held.records.taken_by == "execution 8"
    assert held.ledger.requests == [
        ControlRequest("staging", RequestKind.ABORT, "superseded by execution 8")
    ]


def test_a_request_that_was_void_is_asked_again() -> None:
    held = scene(ANOTHER, until_s=10)
    asked_s: list[float] = []
    held.ledger.ask = lambda _: asked_s.append(held.clock.now())  # type: ignore[method-assign]

    held.take(Concurrency.SUPERSEDE)

    assert len(asked_s) > 1
