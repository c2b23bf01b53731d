"""`pytest-pipeline drill`: faults at a site of its own."""

from __future__ import annotations

import json

from tests.e2e.drills.drill import Drill
from tests.e2e.drills.repository import Repository
from tests.e2e.drills.waiting import becomes_true

DRILL = ("drill", "production", "--strategy=rolling")


def test_faults_are_recovered_from_and_neither_processes_nor_releases_are_left(
    drill: Drill, tiny: Repository
) -> None:
    faults = ("kill-new", "errors", "disk-full")
    asked = [f"--fault={each}" for each in faults]

    run = drill.command(tiny, *DRILL, *asked, "--output=report.json")
    told = json.loads((tiny.root / "report.json").read_text(encoding="utf-8"))
    rows = {each["fault"]: each for each in told["rows"]}
    no_disk = rows["disk-full"]["skipped"]

    assert run.exit_code == (21 if no_disk else 0), str(run)
    assert tuple(rows) == faults
    assert [rows[each]["ending"] for each in faults[:2]] == ["rolled back"] * 2
    assert [rows[each]["exit_code"] for each in faults[:2]] == [23, 23]
    assert rows["errors"]["error_requests"] > 0
    assert rows["errors"]["lost_requests"] == 0
    assert all(0 < rows[each]["detection_ms"] < 5000 for each in faults[:2])
    assert all(rows[each]["serving"] == "r1" for each in faults if not rows[each]["skipped"])
    assert rows["disk-full"]["verdict"] == ("INCONCLUSIVE" if no_disk else "PASS")
    assert not drill.belongings.running()
    assert not (tiny.state / "environments").exists()
    assert not (tiny.state / "ledger.db").exists()
    assert not (tiny.state / "journal").exists()


def test_a_drill_that_is_killed_leaves_nothing_running_and_the_next_one_clears_its_folder(
    drill: Drill, tiny: Repository
) -> None:
    first = drill.start_command(tiny, *DRILL, "--fault=hung-health", "--fault=disk-full")
    first.says("hung-health: the candidate's readiness path")
    first.kill()
    becomes_true(lambda: not drill.belongings.running(), within_s=5)

    second = drill.start_command(tiny, *DRILL, "--fault=hung-health")
    second.says("hung-health: the candidate's readiness path")
    second.interrupt()
    interrupted = second.wait(within_s=30)

    assert interrupted.exit_code == 2, str(interrupted)
    assert not drill.belongings.running()
    assert list((tiny.state / "drills").iterdir()) == []


def test_what_is_asked_wrongly_is_said_before_anything_is_started(
    drill: Drill, tiny: Repository
) -> None:
    fault = drill.command(tiny, "drill", "production", "--fault=flood")
    strategy = drill.command(tiny, "drill", "production", "--strategy=hope")
    place = drill.command(tiny, "drill", "moon", "--fault=errors")
    listed = drill.command(tiny, "drill", "--list")

    assert [each.exit_code for each in (fault, strategy, place)] == [4, 4, 4]
    assert "no fault 'flood'; available: kill-new, kill-old" in fault.output
    assert "no strategy 'hope'" in strategy.output
    assert "no environment 'moon'" in place.output
    assert listed.exit_code == 0, str(listed)
    assert "hung-health" in listed.output
    assert not (tiny.state / "drills").exists()
