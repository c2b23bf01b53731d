"""`pytest-pipeline explain ENV` says what keeps a revision from an environment."""

from __future__ import annotations

import json
from typing import Any

from tests.e2e.drills.drill import Drill
from tests.e2e.drills.pipeline_run import PipelineRun
from tests.e2e.drills.repository import Repository


def explained(run: PipelineRun, *, exit_code: int = 0) -> dict[str, Any]:
    assert run.exit_code == exit_code, str(run)
    found: dict[str, Any] = json.loads(run.output)
    return found


def test_an_environment_is_explained_by_what_is_promoted_and_what_is_wanted(
    drill: Drill, released: Repository
) -> None:
    current = explained(drill.command(released, "explain", "production", "--format", "json"))
    released.append("server.py", "# changed\n")

    changed = explained(
        drill.command(released, "explain", "production", "--format", "json"), exit_code=22
    )

    (before,), (after,) = current["environments"], changed["environments"]
    assert (before["promoted"], before["current"]) == ("r1", True)
    assert (before["blocked"], before["command"]) == ([], "")
    assert (after["promoted"], after["current"]) == ("r1", False)
    assert len(after["blocked"]) == 3
    assert after["command"] == "pytest --pipeline-stage=unit"
    assert [(each["what"], each["met"]) for each in after["checks"]] == [
        ("evidence/unit", False),
        ("evidence/integration", False),
        ("evidence/e2e", False),
        ("artifact", False),
        ("chain", True),
        ("ledger", True),
        ("overtaking", True),
        ("policy", True),
    ]
    assert [each["changed"] for each in changed["stages"]] == [["server.py"]] * 3
    assert current["execution"]["deployments"][-1]["environment"] == "production"
