"""Runs of the sample service's load test, recorded one after the other, with every request."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from pytest_pipeline.adapters.evidence_folder import EvidenceFolder
from pytest_pipeline.adapters.stage_sessions import BESIDE_ITSELF, ONLY_COMPARED
from pytest_pipeline.domain.stage_reports import run_from
from tests.e2e.drills.drill import Drill
from tests.e2e.drills.repository import Repository

#: Runs in all, and how long each is, seconds. Everything else is a default of the settings.
RUNS = int(os.environ.get("RECORDED_RUNS", "72"))
DURATION_S = float(os.environ.get("RECORDED_DURATION_S", "10"))
#: Beside the load of a run: the generator starts and ends; seconds.
_AROUND_S = 10.0
#: Longest duration of all of it, seconds.
LONGEST_S = RUNS * (DURATION_S + _AROUND_S) + 300

_SETTINGS = f"""
[tool.pytest_pipeline.stages.performance]
timeout_s = 14400

[tool.pytest_pipeline.stages.performance.side_by_side]
duration_s = {DURATION_S}

[[tool.pytest_pipeline.stages.performance.objectives]]
measure = "load.p95_ms"
pass = ["<= +10%"]

[[tool.pytest_pipeline.stages.performance.objectives]]
measure = "load.error_ratio"
"""
_TEST = """\
from pathlib import Path

from pipeline_types import LoadTest


def test_reading(pipeline_load_test: LoadTest) -> None:
    locustfile = Path(__file__).parent / "locustfile_recorded.py"
    pipeline_load_test(
        locustfile, users=8, spawn_rate=8, duration_s=3, user_classes=("Reader",)
    ).assert_valid()
"""
_LISTENER = """

import json
import time
from pathlib import Path

from locust import events

_SEEN = []


@events.request.add_listener
def _keep(response_time, **_more):
    _SEEN.append(response_time)


@events.quit.add_listener
def _write(**_more):
    Path({folder!r}, f"{{time.time_ns()}}.json").write_text(json.dumps(_SEEN))
"""


@dataclass(frozen=True)
class Recorded:
    """Runs of one release, in the order in which they ran.

    Attributes:
        p95_ms: 95th percentile of each.
        samples: Response times of the requests of each, milliseconds.
        took_s: How long all of it took, seconds.
    """

    p95_ms: tuple[float, ...]
    samples: tuple[tuple[float, ...], ...]
    took_s: float


def record_runs(drill: Drill, sample: Repository) -> Recorded:
    """Record runs of the sample service beside itself: both sides are the same artifact.

    Raises:
        pytest.fail.Exception: If they could not be made.
    """
    folder = drill.folder / "samples"
    folder.mkdir()
    _prepare(sample, folder)
    quiet = replace(drill, environ={ONLY_COMPARED: "1", BESIDE_ITSELF: str(RUNS // 2)})
    run = quiet.pytest(sample, "--pipeline-stage=performance", within_s=LONGEST_S)
    store = EvidenceFolder(sample.state)
    found = store.latest("performance")
    report = store.report(found.evidence.report or "") if found else None
    if report is None:
        pytest.fail(f"no run was recorded:\n{run.output[-3000:]}")
    ((_, load),) = run_from(report).loads
    if load.problems or load.sides is None:
        pytest.fail(f"the runs cannot be used: {load.problems}\n{run.output[-3000:]}")
    return Recorded(
        tuple(each.figures["load.p95_ms"] for each in load.sides.runs),
        _samples(folder, len(load.sides.runs)),
        run.duration_s,
    )


def _prepare(sample: Repository, folder: Path) -> None:
    """Leave one load test in the sample service, which keeps every request."""
    text = (sample.root / "pyproject.toml").read_text(encoding="utf-8")
    head, _, rest = text.partition("[tool.pytest_pipeline.stages.performance]\n")
    kept, _, rest = rest.partition("[[tool.pytest_pipeline.stages.performance.objectives]]")
    _, _, rest = rest.partition('measure = "load.error_ratio"\n')
    sample.write("pyproject.toml", f"{head}{_SETTINGS.replace(_HEAD, _HEAD + kept, 1)}{rest}")
    performance = sample.root / "tests" / "performance"
    listener = _LISTENER.format(folder=str(folder))
    locustfile = (performance / "locustfile_orders.py").read_text(encoding="utf-8")
    (performance / "locustfile_recorded.py").write_text(locustfile + listener)
    (performance / "test_orders_under_load.py").write_text(_TEST)
    sample.commit("Record every request")


_HEAD = "[tool.pytest_pipeline.stages.performance]\n"


def _samples(folder: Path, runs: int) -> tuple[tuple[float, ...], ...]:
    """Return the requests of the counted runs: those of warming up came first."""
    files = sorted(folder.glob("*.json"), key=lambda path: int(path.stem))
    return tuple(tuple(json.loads(path.read_text())) for path in files[-runs:])
