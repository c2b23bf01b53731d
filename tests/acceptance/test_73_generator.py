"""Acceptance point 3 of the performance gate: the generator costs little, and stalls show."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from pytest_pipeline.adapters.locust_load import LocustRunner
from pytest_pipeline.adapters.processes import GuardedProcesses
from pytest_pipeline.adapters.system_clock import SystemClock
from pytest_pipeline.domain.load import LoadResult, LoadSpec
from tests.acceptance.conftest import Show
from tests.benchmarks import generator
from tests.component.adapters.loopback_service import loopback_service

PAIRS, SECONDS = 10, 4
#: Requests a second, of those of bare Locust: the median of the pairs.
WANTED_RATIO = 0.97
#: The load with the stall: so long, so many tasks a second, and the service stands still so long.
LOAD_S, RATE, STALL_S = 10, 200, 1.0
STALL_COLUMNS = ("client", "model", "requests", "p50", "p99", "true p99")
_STALLING = """\
from urllib.request import urlopen

import gevent
from locust import {client}, constant_throughput, events, task


@events.test_start.add_listener
def stall(environment, **_):
    gevent.spawn_later(4, lambda: urlopen(environment.host + "/stall?s={stall_s}").read())


class Reader({client}):
    wait_time = constant_throughput({each_s})

    @task
    def get(self):
        self.client.get("/orders")
"""


@dataclass(frozen=True)
class Stall:
    """One load with a stall.

    Attributes:
        client: User class of the locustfile.
        model: ``closed`` or ``open``.
        result: What was measured.
    """

    client: str
    model: str
    result: LoadResult

    @property
    def row(self) -> tuple[object, ...]:
        """The load as a row of a table."""
        result = self.result
        assert result.p50_ms is not None
        assert result.p99_ms is not None
        figures = (f"{result.p50_ms:.1f} ms", f"{result.p99_ms:.1f} ms", f"{true_p99_ms():.0f} ms")
        return (self.client, self.model, result.requests, *figures)


def true_p99_ms() -> float:
    """Return what clients that come evenly wait at most, but for one of a hundred.

    Those who come while the service stands still wait for the rest of the stall.
    """
    return (STALL_S - 0.01 * LOAD_S) * 1000


@pytest.fixture
def stalls(tmp_path: Path) -> list[Stall]:
    users = 8
    loads = {
        "closed": {"users": users, "spawn_rate": 1000.0},
        "open": {"users": 0, "spawn_rate": 0.0, "rate": float(RATE)},
    }
    found = []
    with loopback_service() as url, GuardedProcesses(clock=SystemClock()) as processes:
        runner = LocustRunner(processes, cwd=tmp_path)
        for client in generator.CLIENTS:
            path = tmp_path / f"locustfile_{client}.py"
            told = {"client": client, "stall_s": STALL_S, "each_s": RATE / users}
            path.write_text(_STALLING.format(**told))
            for model, asked in loads.items():
                spec = LoadSpec(str(path), url, duration_s=LOAD_S, **asked)  # type: ignore[arg-type]
                found.append(Stall(client, model, runner.run(spec, folder=tmp_path)))
    return found


@pytest.mark.timeout(1800)
def test_load_tests_reach_the_rate_of_bare_locust(show: Show) -> None:
    found, others = generator.measure(PAIRS, SECONDS)
    rows = [*(row for each in found for row in each.rows), *others]
    show("The generator's own cost", generator.COLUMNS, rows)

    for each in found:
        assert each.rate.ratio >= WANTED_RATIO, each


@pytest.mark.timeout(600)
def test_a_stall_of_a_second_shows_in_the_tail_of_an_open_load(
    stalls: list[Stall], show: Show
) -> None:
    show("A stall of 1 s in a load of 10 s", STALL_COLUMNS, [each.row for each in stalls])

    for each in stalls:
        assert each.result.p99_ms is not None
        if each.model == "open":
            each.result.assert_valid()
            assert each.result.p99_ms > 0.9 * true_p99_ms()
        else:
            assert each.result.p99_ms < 0.5 * true_p99_ms()
