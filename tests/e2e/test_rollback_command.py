"""A rollback by command is a deployment like any other: measured, journalled, taken back."""

from __future__ import annotations

import shutil
import sqlite3

import pytest

from tests.e2e.drills.clients import SteadyClient, release_at
from tests.e2e.drills.drill import Drill
from tests.e2e.drills.kept import url_of
from tests.e2e.drills.repository import Repository


@pytest.fixture
def kept(drill: Drill, released: Repository) -> Repository:
    """The tiny service, whose r3 serves in production after r1 and r2."""
    for _ in range(2):
        run = drill.command(released, "deploy", "production")
        assert run.exit_code == 0, str(run)
    return released


def test_a_rollback_deploys_the_release_before_and_another_goes_further_back(
    drill: Drill, kept: Repository
) -> None:
    url = url_of(kept, "production")
    shown = drill.command(kept, "rollback", "production", "--dry-run")
    before = release_at(url)
    with SteadyClient(url) as client:
        first = drill.command(kept, "rollback", "production")
        second = drill.command(kept, "rollback", "production", "--strategy", "rolling")
    drill.command(kept, "down")

    assert shown.exit_code == 0, str(shown)
    assert "rollback of production: r3 > r2 (sha256:" in shown.one_line
    assert "launch r2-0, r2-1" in shown.one_line
    assert before == "r3"
    assert (first.exit_code, second.exit_code) == (0, 0), str(second)
    assert "r3 > r2, 0 of" in first.one_line
    assert "r2 > r1, 0 of" in second.one_line
    assert client.failures == []
    assert client.releases == ["r3", "r2", "r1"]
    assert not drill.belongings.running()


def test_one_whose_artifact_is_gone_is_refused_and_what_is_not_kept_is_opened(
    drill: Drill, kept: Repository
) -> None:
    drill.command(kept, "down")
    with sqlite3.connect(kept.state / "ledger.db") as ledger:
        ledger.execute(
            "UPDATE releases SET artifact = ? WHERE environment = 'production' AND number = 2",
            (f"sha256:{'f' * 64}",),
        )
    ledger.close()

    refused = drill.command(kept, "rollback", "production")
    left = drill.belongings.running()
    named = drill.command(kept, "rollback", "production", "--to", "r1")
    served = release_at(url_of(kept, "production"))
    drill.command(kept, "down")

    assert refused.exit_code == 26, str(refused)
    assert "r2 cannot be deployed to production again: its artifact was deleted" in refused.one_line
    assert "available: r1" in refused.one_line
    assert not left
    assert named.exit_code == 0, str(named)
    assert "r3 > r1, 0 of" in named.one_line
    assert served == "r1"
    assert not drill.belongings.running()


def test_wrong_questions_are_answered_and_leave_no_execution(
    drill: Drill, released: Repository
) -> None:
    nothing, unknown, forced = (
        drill.command(released, "rollback", "production", *arguments)
        for arguments in ([], ["--to", "r7"], ["--force"])
    )
    history = drill.command(released, "history")

    assert (nothing.exit_code, unknown.exit_code, forced.exit_code) == (4, 4, 4), str(unknown)
    assert "r1 serves and nothing older was promoted there" in nothing.one_line
    assert "production has no release 'r7'; available: none" in unknown.one_line
    assert "--force wants --reason TEXT" in forced.one_line
    assert "rollback" not in history.output


def test_deploy_without_evidence_wants_force_and_a_reason_which_is_recorded(
    drill: Drill, released: Repository
) -> None:
    shutil.rmtree(released.state / "evidence" / "unit")

    planned = drill.command(released, "deploy", "production", "--dry-run")
    refused = drill.command(released, "deploy", "production")
    run = drill.command(released, "deploy", "production", "--force", "--reason", "a drill")
    shown = drill.command(released, "show", "--json")
    drill.command(released, "down")

    assert planned.exit_code == refused.exit_code == 22, str(planned)
    assert "--pipeline-stage=unit" in planned.one_line
    assert run.exit_code == 0, str(run)
    assert '"reason": "a drill"' in shown.one_line
    assert "refused for want of evidence" in shown.one_line
