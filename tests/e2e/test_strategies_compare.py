"""Strategies are compared on a service, apart from its environments."""

from __future__ import annotations

import json

from tests.e2e.drills.drill import Drill
from tests.e2e.drills.repository import Repository

KEYS = {
    *("strategy", "requests", "lost_requests", "error_requests", "downtime_ms", "mixed_requests"),
    *("peak_instances", "deploy_s", "critical_path_s", "cutover_ms", "rollback_s"),
}


def test_two_strategies_are_measured_and_nothing_is_left(drill: Drill, tiny: Repository) -> None:
    written = drill.folder / "comparison.json"
    asked = ("--strategy=rolling", "--strategy=blue-green", "--rate=40")

    run = drill.command(
        tiny, "strategies", "compare", *asked, "--format=json", f"--output={written}"
    )
    left = drill.belongings.running()
    record = json.loads(written.read_text(encoding="utf-8"))
    advice = drill.command(tiny, "strategies", "recommend", "--measured", str(written))

    assert run.exit_code in (0, 21), str(run)  # 21: the machine was out of breath
    assert not left
    assert (record["service"], record["replicas"], record["rate"]) == ("tiny", 2, 40)
    rows = {each["strategy"]: each for each in record["strategies"]}
    assert list(rows) == ["rolling", "blue-green"]
    assert all(set(each) >= KEYS for each in rows.values())
    assert [each["lost_requests"] for each in rows.values()] == [0, 0]
    assert (rows["rolling"]["peak_instances"], rows["blue-green"]["peak_instances"]) == (3, 4)
    assert all(0 < each["critical_path_s"] <= each["deploy_s"] for each in rows.values())
    assert rows["blue-green"]["rollback_s"] < rows["rolling"]["rollback_s"]
    assert not (tiny.state / "ledger.db").exists()
    assert "take canary" in advice.one_line


def test_ctrl_c_leaves_nothing_running(drill: Drill, tiny: Repository) -> None:
    running = drill.start_command(tiny, "strategies", "compare", "--strategy=rolling")
    running.says("rolling: deployed, and taken back")
    running.interrupt()
    run = running.wait(within_s=30)

    assert run.exit_code == 2, str(run)
    assert not drill.belongings.running()
