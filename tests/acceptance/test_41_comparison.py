"""The comparison of all strategies on the sample service: 4 replicas, 300 requests a second."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pytest_pipeline.domain.strategies import STRATEGIES
from tests.acceptance.conftest import Show
from tests.e2e.drills.drill import Drill
from tests.e2e.drills.repository import Repository

REPLICAS, RATE = 4, 300
CUTOVER_MS, ROLLBACK_S, OVERHEAD = 100, 1.0, 1.3
COLUMNS = (
    *("strategy", "requests", "lost", "errors", "downtime", "mixed", "peak", "deploy", "critical"),
    *("ratio", "cut-over", "mixed period", "way back", "lost then", "risk", "problems"),
)
WITHOUT_LOSS = [name for name in STRATEGIES if name != "in-place"]


def cells(row: dict[str, Any]) -> tuple[object, ...]:
    return (
        *(row["strategy"], row["requests"], row["lost_requests"], row["error_requests"]),
        *(milliseconds(row["downtime_ms"]), row["mixed_requests"], row["peak_instances"]),
        *(seconds(row["deploy_s"]), seconds(row["critical_path_s"]), f"{ratio(row):.2f}"),
        *(milliseconds(row["cutover_ms"]), milliseconds(row["mixed_ms"])),
        *(seconds(row["rollback_s"]), row["rollback_lost_requests"], row["risk"]),
        "; ".join(row["problems"])[:40],
    )


def ratio(row: dict[str, Any]) -> float:
    return float(row["deploy_s"] / row["critical_path_s"]) if row["critical_path_s"] else 0.0


def seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f} s"


def milliseconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f} ms"


@pytest.mark.timeout(1800)
def test_the_table_of_the_textbooks_is_measured(
    drill: Drill, sample: Repository, show: Show
) -> None:
    file = drill.folder / "comparison.json"
    asked = ("--replicas", str(REPLICAS), "--rate", str(RATE), "--format=json")
    run = drill.command(sample, "strategies", "compare", *asked, f"--output={file}", within_s=900)
    assert file.exists(), str(run)
    measured = json.loads(file.read_text(encoding="utf-8"))
    rows = {each["strategy"]: each for each in measured["strategies"]}
    show(
        f"{REPLICAS} replicas, {RATE} requests/s, {measured['machine']}",
        COLUMNS,
        [cells(each) for each in rows.values()],
    )
    show("notes", ("strategy", "note"), [(name, row["note"]) for name, row in rows.items()])

    assert run.exit_code == 0, str(run)
    assert not drill.belongings.running()
    assert list(rows) == list(STRATEGIES)
    assert {name: rows[name]["lost_requests"] for name in WITHOUT_LOSS} == dict.fromkeys(
        WITHOUT_LOSS, 0
    )
    assert {
        name: row["cutover_ms"]
        for name, row in rows.items()
        if row["cutover_ms"] is None or row["cutover_ms"] > CUTOVER_MS
    } == {}
    assert {name: ratio(row) for name, row in rows.items() if ratio(row) > OVERHEAD} == {}
    assert {
        name for name, row in rows.items() if row["failure"] or row["rollback_s"] is None
    } == set()
    assert rows["blue-green"]["rollback_s"] <= ROLLBACK_S
    assert rows["blue-green"]["risk"] == 0
