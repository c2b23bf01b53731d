"""The real sources, and somebody to ask."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pytest_pipeline.adapters.alarm_sources import RealAlarmSources
from pytest_pipeline.adapters.processes import GuardedProcesses
from pytest_pipeline.adapters.smoke_tests import PytestSmokeTests
from pytest_pipeline.adapters.system_clock import SystemClock
from pytest_pipeline.domain.alarms.sources import AskedSource
from pytest_pipeline.domain.handoffs import EnvironmentHandoff
from pytest_pipeline.engine.alarm_sources import Answer, Question
from tests.component.adapters.alarms.told_server import ToldServer

CLOCK = SystemClock()
SECRET = "s3cr3t-t0ken"  # noqa: S105 - nobody's
Ask = Callable[..., Answer]


@pytest.fixture
def server() -> Iterator[ToldServer]:
    made = ToldServer()
    yield made
    made.close()


@pytest.fixture(scope="module")
def processes() -> Iterator[GuardedProcesses]:
    with GuardedProcesses(clock=CLOCK) as made:
        yield made


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "service"
    root.mkdir()
    (root / "pipeline.toml").write_text('name = "orders"\n')
    return root


@pytest.fixture
def ask(processes: GuardedProcesses, server: ToldServer, root: Path, tmp_path: Path) -> Ask:
    environ = {"PATH": "/usr/bin:/bin", "TOKEN": f"Bearer {SECRET}"}
    sources = RealAlarmSources(
        CLOCK,
        lambda: processes,
        lambda timeout_s: PytestSmokeTests(processes, CLOCK, root=root, timeout_s=timeout_s),
        root=root,
        environ=environ,
    )

    def take(
        source: AskedSource, *, timeout_s: float = 5, instances: dict[str, str] | None = None
    ) -> Answer:
        question = Question(
            alarm="a",
            source=source,
            timeout_s=timeout_s,
            values={"url": server.url, "release": "r2"},
            instances=instances or {},
            handoff=EnvironmentHandoff("live", server.url, "r2", "sha256:2"),
            folder=tmp_path,
        )
        pending, pause = sources.ask(question), threading.Event()
        deadline = CLOCK.now() + 60
        while (answer := pending.taken()) is None:
            assert CLOCK.now() < deadline, "nothing was answered"
            pause.wait(0.01)
        return answer

    return take
