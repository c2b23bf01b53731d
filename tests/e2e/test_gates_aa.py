"""`gates aa` on a copy of a service: its release beside itself, and nothing left of it."""

from __future__ import annotations

from tests.e2e.drills.drill import Drill
from tests.e2e.drills.repository import Repository

COMPARED = """
[stages.integration.side_by_side]
[[stages.integration.objectives]]
measure = "load.p95_ms"
pass = "<= +10%"
"""
SEEN = """
    import requests

    def test_the_same_artifact_is_on_both_sides(pipeline_environment):
        beside = pipeline_environment.beside
        urls = (pipeline_environment.url, beside.url)
        releases = [requests.get(url, timeout=5).json()["release"] for url in urls]
        raise AssertionError(
            f"seen: {releases}, {beside.artifact == pipeline_environment.artifact}, "
            f"all runs: {beside.exhaustive}"
        )
"""


def test_a_release_serves_beside_itself_and_leaves_no_evidence(
    drill: Drill, tiny: Repository
) -> None:
    tiny.append("pipeline.toml", COMPARED)
    tiny.write("tests/integration/test_both.py", SEEN)

    run = drill.command(tiny, "gates", "aa", "integration", within_s=120)

    assert run.exit_code == 21, run
    assert "seen: ['r1', 'r2'], True, all runs: True" in run.output
    assert "integration could not be compared with itself: no test of it called" in run.output
    assert not (tiny.state / "evidence").exists()
    assert not drill.belongings.running()
