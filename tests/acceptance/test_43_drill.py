"""Every fault in every strategy's deployment of the sample service, and nothing left behind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pytest_pipeline.domain.drills import Fault
from pytest_pipeline.domain.strategies import STRATEGIES
from tests.acceptance.conftest import Show
from tests.e2e.drills.drill import Drill
from tests.e2e.drills.repository import Repository

_ALARMS = """
    [[tool.pytest_pipeline.environments.production.alarms]]
    measure = "error_ratio"
    bound = "<= 0.05"

    [[tool.pytest_pipeline.environments.production.alarms]]
    measure = "mean_latency_ms"
    bound = "<= 400"
    """
COLUMNS = (
    *("strategy", "fault", "outcome", "exit", "lost", "errors", "of", "noticed", "back", "order"),
    *("serves", "left behind", "verdict", "why"),
)


def ms(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f} ms"


@pytest.mark.timeout(1800)
def test_every_fault_ends_with_one_complete_release_and_nothing_left_behind(
    drill: Drill, sample: Repository, show: Show
) -> None:
    sample.append("pyproject.toml", _ALARMS)
    report = drill.folder / "drill.json"

    run = drill.command(sample, "drill", "production", f"--output={report}", within_s=1500)

    told = json.loads(report.read_text(encoding="utf-8")) if report.exists() else {"rows": []}
    rows = [
        (
            *(each["strategy"], each["fault"], each["ending"], each["exit_code"]),
            *(each["lost_requests"], each["error_requests"], each["requests"]),
            *(ms(each["detection_ms"]), ms(each["rollback_ms"]), ms(each["recovery_ms"])),
            each["serving"],
            *(", ".join(each["left_behind"]) or "nothing", each["verdict"]),
            "; ".join(each["reasons"])[:60],
        )
        for each in told["rows"]
    ]
    show(f"{told.get('replicas')} replicas, {told.get('rate')} requests/s", COLUMNS, rows)

    tried = [(each["strategy"], each["fault"]) for each in told["rows"]]
    assert tried == [(strategy, fault) for strategy in STRATEGIES for fault in Fault], str(run)
    assert {each["verdict"] for each in told["rows"]} == {"PASS"}
    assert run.exit_code == 0, str(run)
    assert not any(each["left_behind"] or each["disorder"] for each in told["rows"])
    assert told["left_running"] == []
    assert not drill.belongings.running()
    assert str(drill.folder) not in Path("/proc/self/mounts").read_text(encoding="utf-8")
    assert not list((sample.state / "drills").iterdir())
