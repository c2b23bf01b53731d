"""The capacity of the sample service for 1, 2 and 4 instances."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.acceptance.conftest import Show
from tests.e2e.drills.drill import Drill
from tests.e2e.drills.repository import Repository

INSTANCES = (1, 2, 4)
PRECISION_PERCENT = 10
COLUMNS = ("instances", "capacity 1/s", "p50", "p95", "p99", "probes", "limit", "first miss")
PROBE_COLUMNS = ("instances", "rate", "why", "outcome", "requests/s", "p50", "p95", "p99", "said")


def cells(row: dict[str, Any]) -> tuple[object, ...]:
    missed = [
        f"at {each['rate']:g}/s: {'; '.join(each['missed'])}"
        for each in row["probes"]
        if each["outcome"] == "missed" and each["rate"] == row["ceiling"]
    ]
    return (
        *(row["instances"], row["said"]),
        *(milliseconds(row[name]) for name in ("p50_ms", "p95_ms", "p99_ms")),
        *(len(row["probes"]), row["limit"] or "-", (missed or ["; ".join(row["remarks"])])[0][:80]),
    )


def probe_cells(instances: int, probe: dict[str, Any]) -> tuple[object, ...]:
    return (
        *(instances, f"{probe['rate']:g}", probe["reason"], probe["outcome"]),
        f"{probe['requests_per_s']:.1f}",
        *(milliseconds(probe[name]) for name in ("p50_ms", "p95_ms", "p99_ms")),
        "; ".join((*probe["missed"], *probe["problems"]))[:80],
    )


def milliseconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f} ms"


@pytest.mark.timeout(2400)
def test_the_capacity_of_the_sample_service_is_found_for_each_number_of_instances(
    drill: Drill, sample: Repository, show: Show
) -> None:
    page, picture = drill.folder / "capacity.html", drill.folder / "capacity.png"
    asked = ("--format=json", f"--html={page}", f"--png={picture}")
    asked += (f"--instances={','.join(map(str, INSTANCES))}", f"--precision={PRECISION_PERCENT}")

    run = drill.command(sample, "capacity", "staging", *asked, within_s=1800)
    assert "\n{\n" in run.output, str(run)
    measured = json.loads(run.output[run.output.index("\n{\n") :])
    rows = {each["instances"]: each for each in measured["capacities"]}
    show(
        f"{measured['locustfile']}, {measured['duration_s']:g} s at each rate, "
        f"{measured['machine']}, {run.duration_s:.0f} s",
        COLUMNS,
        [cells(each) for each in rows.values()],
    )
    show(
        "every load",
        PROBE_COLUMNS,
        [probe_cells(number, each) for number, row in rows.items() for each in row["probes"]],
    )

    # 21: with several instances the generator may be at its end first, on few processors
    assert run.exit_code in (0, 21), str(run)
    assert not drill.belongings.running()
    assert tuple(rows) == INSTANCES
    assert all(row["rate"] and row["confirmed"] for row in rows.values())
    assert all(
        row["ceiling"] is None or row["ceiling"] <= row["rate"] * (1.01 + PRECISION_PERCENT / 100)
        for row in rows.values()
    )
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert page.read_text(encoding="utf-8").count("<svg") == 1
