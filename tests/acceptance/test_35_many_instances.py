"""A hundred real processes: what a rolling deployment costs the controller."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psutil
import pytest

from tests.acceptance.conftest import Show
from tests.acceptance.light_service import light_service
from tests.acceptance.test_31_strategies import deployed
from tests.e2e.drills.drill import Drill
from tests.e2e.drills.pipeline_run import Running
from tests.e2e.drills.waiting import becomes_true

COUNTS = (10, 30, 100)


@dataclass
class Usage:
    """What a process used until it was seen last.

    Attributes:
        cpu_s: Processor time of its own, children not counted, seconds.
        peak_bytes: Most memory that it held.
    """

    cpu_s: float = 0.0
    peak_bytes: int = 0

    def follow(self, running: Running) -> None:
        """Look until the process has ended."""
        process = psutil.Process(running.process.pid)

        def ended() -> bool:
            try:
                times, memory = process.cpu_times(), process.memory_info()
            except psutil.Error:
                return True
            self.cpu_s = max(self.cpu_s, times.user + times.system)
            self.peak_bytes = max(self.peak_bytes, memory.rss)
            return running.process.poll() is not None

        becomes_true(ended, within_s=280)


@dataclass(frozen=True)
class Measured:
    """A deployment over as many instances as it starts.

    Attributes:
        count: Instances.
        usage: What the controller used.
        wall_s: How long the command ran, seconds.
        exit_code: How it ended.
        record: What the deployment came to.
    """

    count: int
    usage: Usage
    wall_s: float
    exit_code: int
    record: dict[str, Any]


def measured(drill: Drill, count: int) -> Measured:
    service = light_service(drill, count)
    first = drill.pytest(service, "--pipeline", "--pipeline-keep", within_s=280)
    assert first.exit_code == 0, str(first)
    usage = Usage()
    running = drill.start_command(service, "deploy", "field")
    usage.follow(running)
    run = running.wait(within_s=30)
    record = deployed(drill, service)
    down = drill.command(service, "down", within_s=120)
    assert down.exit_code == 0, str(down)
    return Measured(count, usage, run.duration_s, run.exit_code, record)


@pytest.mark.timeout(1800)
def test_a_rolling_deployment_of_a_hundred_instances_costs_ten_times_that_of_ten(
    drill: Drill, show: Show
) -> None:
    few, some, many = results = [measured(drill, count) for count in COUNTS]
    show(
        "rolling in batches of 10",
        ("instances", "exit", "lost", "deployment", "per instance", "controller cpu", "peak"),
        [
            (
                each.count,
                each.exit_code,
                each.record["lost_requests"],
                f"{each.record['duration_s']:.1f} s",
                f"{each.record['duration_s'] / each.count:.2f} s",
                f"{each.usage.cpu_s:.2f} s",
                f"{each.usage.peak_bytes / 2**20:.0f} MiB",
            )
            for each in results
        ],
    )

    assert [each.exit_code for each in results] == [0, 0, 0]
    assert [each.record["lost_requests"] for each in results] == [0, 0, 0]
    # The slope from 30 to 100 is at most twice that from 10 to 30: what grows with the square of
    # the count would have 6.5 times the slope.
    slope = (some.usage.cpu_s - few.usage.cpu_s) / 20
    assert (many.usage.cpu_s - some.usage.cpu_s) / 70 <= 2 * max(slope, 0.005)
    assert many.usage.peak_bytes <= 1.5 * few.usage.peak_bytes
    assert not drill.belongings.running()
