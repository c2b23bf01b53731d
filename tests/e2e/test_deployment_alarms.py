"""Alarms that somebody else has to answer: what has no data is held, and nobody promotes it."""

from __future__ import annotations

from tests.e2e.drills.drill import Drill
from tests.e2e.drills.repository import Repository
from tests.e2e.drills.waiting import becomes_true

_BLIND = """
[environments.dev]
replicas = 1
strategy = "blue-green"
hold_s = 6
options = { bake_s = 0.3 }

[[environments.dev.alarms]]
name = "well"
source = "http"
url = "{url}/"
pointer = "/greeting"
period_s = 0.5

[environments.staging]
"""
_BEFORE = """
[environments.dev]
replicas = 1
strategy = "rolling"
hold_s = 0

[[environments.dev.alarms]]
name = "quiet"
source = "command"
command = ["false"]
during = ["before"]

[environments.staging]
"""
_DEV = """
[environments.dev]
replicas = 1
strategy = "in-place"
options = { bake_s = 0.3 }

[environments.staging]
"""


def test_a_rollout_without_data_is_held_shown_and_promoted_by_nobody(
    drill: Drill, released: Repository
) -> None:
    released.replace("pipeline.toml", _DEV, _BLIND)
    running = drill.start_pytest(released, "--pipeline", "--pipeline-through=integration")

    def held() -> bool:
        return "dev: held: alarm without data: well" in drill.command(released, "status").one_line

    shown = becomes_true(held, within_s=30)
    promoted = drill.command(released, "promote", "dev", "--full")
    run = running.wait(within_s=60)
    record = run.deployments["dev"]

    assert shown, str(run)
    assert promoted.exit_code != 0
    assert "what cannot be judged is not promoted, by nobody" in promoted.one_line
    assert run.exit_code == 23, str(run)
    assert record["serving"] == "r1 (100 %)"
    assert [(each["name"], each["state"]) for each in record["alarms"]] == [
        ("well", "INSUFFICIENT_DATA")
    ]
    assert "its answer has str at '/greeting'" in record["alarms"][0]["reason"]
    assert not drill.belongings.running()


def test_what_is_unwell_before_is_not_touched(drill: Drill, released: Repository) -> None:
    released.replace("pipeline.toml", _DEV, _BEFORE)

    run = drill.pytest(released, "--pipeline", "--pipeline-through=integration")
    record = run.deployments["dev"]

    assert run.exit_code == 23, str(run)
    assert record["failure"] == (
        "before the deployment: alarm: quiet false, wanted true; nothing was touched"
    )
    assert (record["serving"], record["lost_requests"]) == ("r1 (100 %)", 0)
    assert "launch" not in drill.command(released, "logs", "dev").output
    assert not drill.belongings.running()
