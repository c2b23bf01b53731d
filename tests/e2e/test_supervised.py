"""Kept environments are looked after: what dies is started again, whoever looks after them."""

from __future__ import annotations

import json
import os
import signal
from typing import Any

import pytest

from tests.e2e.drills.clients import release_at
from tests.e2e.drills.drill import Drill
from tests.e2e.drills.kept import url_of
from tests.e2e.drills.repository import Repository
from tests.e2e.drills.waiting import becomes_true


@pytest.fixture
def kept(drill: Drill, released: Repository) -> Repository:
    """The tiny service, whose r2 serves in production beyond its deployment, looked after."""
    run = drill.command(released, "deploy", "production")
    assert run.exit_code == 0, str(run)
    assert becomes_true(lambda: supervisor_of(drill, released), within_s=10)
    return released


def standing(drill: Drill, repository: Repository) -> dict[str, Any]:
    run = drill.command(repository, "status", "production", "--json")
    return dict(json.loads(run.output)[0]["serving"])


def supervisor_of(drill: Drill, repository: Repository) -> dict[str, Any] | None:
    found = standing(drill, repository)["supervisor"]
    return dict(found) if found else None


def record(repository: Repository) -> dict[str, Any]:
    path = repository.state / "environments" / "production.json"
    return dict(json.loads(path.read_text(encoding="utf-8")))


def test_what_dies_is_started_again_at_the_same_address(drill: Drill, kept: Repository) -> None:
    before = record(kept)
    router, instances = before["router"]["process"]["pid"], before["instances"]

    def is_whole(times_mended: int) -> bool:
        now = standing(drill, kept)
        mended = now["supervisor"]["mended"] == times_mended
        return bool(mended and now["running"] == 2 and now["router_answers"])

    for each in instances:
        os.kill(each["pid"], signal.SIGKILL)
    instances_are_back = becomes_true(lambda: is_whole(1), within_s=30)
    os.kill(router, signal.SIGKILL)
    router_is_back = becomes_true(lambda: is_whole(2), within_s=30)
    served = {release_at(before["url"]) for _ in range(10)}
    down = drill.command(kept, "down")

    assert instances_are_back
    assert router_is_back
    assert served == {"r2"}
    assert down.exit_code == 0, str(down)
    assert not drill.belongings.running()


def test_a_killed_supervisor_harms_nobody_and_the_next_command_starts_another(
    drill: Drill, kept: Repository
) -> None:
    first = supervisor_of(drill, kept)
    assert first is not None

    os.kill(first["pid"], signal.SIGKILL)
    served = release_at(url_of(kept, "production"))
    status = drill.command(kept, "status")
    replaced = becomes_true(lambda: supervisor_of(drill, kept), within_s=10)
    second = supervisor_of(drill, kept)
    drill.command(kept, "down")

    assert served == "r2"
    assert "nobody looks after it; its supervisor is being started" in status.one_line
    assert replaced
    assert second is not None
    assert second["pid"] != first["pid"]
    assert not drill.belongings.running()


def test_what_cannot_be_started_again_is_said_by_status(drill: Drill, kept: Repository) -> None:
    artifacts = kept.state / "artifacts"
    artifacts.rename(kept.state / "elsewhere")
    os.kill(record(kept)["instances"][0]["pid"], signal.SIGKILL)

    def problem() -> str:
        return str((supervisor_of(drill, kept) or {}).get("problem", ""))

    said = becomes_true(lambda: "cannot be started again" in problem(), within_s=30)
    (kept.state / "elsewhere").rename(artifacts)
    mended = becomes_true(lambda: standing(drill, kept)["running"] == 2, within_s=60)
    drill.command(kept, "down")

    assert said
    assert mended
    assert not drill.belongings.running()


def test_logs_tell_what_instances_wrote_also_when_they_are_gone(
    drill: Drill, released: Repository
) -> None:
    every = drill.command(released, "logs", "production")
    one = drill.command(released, "logs", "production", "r1-0", "--lines", "1")
    unknown = drill.command(released, "logs", "production", "r9-0")

    assert "==> r1-1 <==" in every.output
    assert "==> router <==" in every.output
    assert one.output.startswith("listening on ")
    assert unknown.exit_code == 4, str(unknown)
    assert "r1-0, r1-1" in unknown.one_line
