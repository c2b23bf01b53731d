"""The sample service, whose next release may be slower, and a stage that compares them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.e2e.drills.pipeline_run import PipelineRun
from tests.e2e.drills.repository import Repository

MEASURE = "load.p50_ms"
COLUMNS = ("release", "effect", "90 % interval", "runs each", "verdict", "exit", "time")
STAGE = "performance"
_COMPARED = f"""
[tool.pytest_pipeline.stages.{STAGE}.side_by_side]

[[tool.pytest_pipeline.stages.{STAGE}.objectives]]
measure = "{MEASURE}"
pass = ["<= +10%"]
"""
#: One load test, of people who look around.
_LOAD_TEST = '''
    """The service under load, beside the release that serves."""

    from pathlib import Path

    from pipeline_types import LoadTest


    def test_looking_around(pipeline_load_test: LoadTest) -> None:
        result = pipeline_load_test(
            Path(__file__).parent / "locustfile_orders.py",
            users=4,
            spawn_rate=4,
            duration_s=10,
            user_classes=("Reader",),
        )

        result.assert_valid()
'''
#: Absolute bounds are about machines.
_WIDE = {"< 250": "< 5000", "< 400": "< 9999", "> 50": "> 1", "> 40": "> 0.1"}
_MIDDLEWARE = '''
    """A release that is slower."""

    import asyncio

    from starlette.types import ASGIApp, Receive, Scope, Send


    class SlowMiddleware:
        """Holds every request back."""

        def __init__(self, app: ASGIApp) -> None:
            self._app = app

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            """Wait, then pass it on."""
            if scope["type"] == "http":
                await asyncio.sleep({seconds!r})
            await self._app(scope, receive, send)
'''
_EFFECT = re.compile(r"(\S+ %) \(90 % interval (.*? to .*? %)")


@dataclass(frozen=True)
class Judged:
    """What the pipeline made of a release.

    Attributes:
        name: The release, for people.
        run: The whole run.
    """

    name: str
    run: PipelineRun

    @property
    def stage(self) -> Mapping[str, Any]:
        """The stage's entry in the summary."""
        found: Mapping[str, Any] = next(
            each for each in self.run.summary["stages"] if each["name"] == STAGE
        )
        return found

    @property
    def objective(self) -> Mapping[str, Any]:
        """The objective that compares."""
        found: Mapping[str, Any] = next(
            each for each in self.stage["objectives"] if each["measure"] == MEASURE
        )
        return found

    @property
    def row(self) -> tuple[object, ...]:
        """The release as a row of a table."""
        loads = self.stage["side_by_side"]["loads"]
        effect = _EFFECT.search(self.objective["reason"])
        return (
            self.name,
            *(effect.groups() if effect else ("-", "-")),
            sum(len(each["runs"]) for each in loads) // 2 or "-",
            self.objective["verdict"],
            self.run.exit_code,
            f"{self.stage['duration_s']:.0f} s",
        )


def compare_side_by_side(sample: Repository) -> None:
    """Have its performance judged side by side, by default settings, on one load test."""
    sample.append("pyproject.toml", _COMPARED)
    sample.write("tests/performance/test_orders_under_load.py", _LOAD_TEST)
    for bound, wide in _WIDE.items():
        sample.replace("pyproject.toml", f'["{bound}"]', f'["{wide}"]')
    sample.commit("Compare releases side by side")


def slow_down(sample: Repository, seconds: float) -> None:
    """Hold every request to the service back from now on, seconds."""
    sample.write("orders/slow.py", _MIDDLEWARE.format(seconds=seconds))
    sample.replace(
        "orders/app.py",
        "    app.add_middleware(TelemetryMiddleware",
        "    app.add_middleware(SlowMiddleware)\n    app.add_middleware(TelemetryMiddleware",
    )
    sample.replace(
        "orders/app.py",
        "from orders.settings import",
        "from orders.slow import SlowMiddleware\nfrom orders.settings import",
    )
    sample.commit("Take a fifth longer")
