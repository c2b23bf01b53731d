"""A promotion that is rehearsed: deployed, taken back, deployed again."""

from __future__ import annotations

from tests.e2e.drills.drill import Drill
from tests.e2e.drills.pipeline_run import PipelineRun
from tests.e2e.drills.repository import Repository

WAY = [("r1", "r2", "forward"), ("r2", "r1", "back"), ("r1", "r2", "again")]
_STRATEGY = 'strategy = "rolling"\n'


def way(run: PipelineRun) -> list[tuple[str, str, str]]:
    """Return the deployments of a rehearsal that a run made."""
    made = [each for each in run.summary["deployments"] if each["rehearsal"]]
    return [(each["stable"], each["candidate"], each["rehearsal"]) for each in made]


def test_a_release_is_promoted_when_going_back_loses_nothing_and_refused_when_it_takes_too_long(
    drill: Drill, released: Repository
) -> None:
    released.replace("pipeline.toml", _STRATEGY, f"{_STRATEGY}rehearse = true\n")
    planned = drill.pytest(released, "--pipeline", "--pipeline-dry-run")

    passed = drill.pytest(released, "--pipeline", "--pipeline-through=staging")
    limit = 'rehearse = true\nrehearsal = { rollback_s = "<= 0" }\n'
    released.replace("pipeline.toml", "rehearse = true\n", limit)
    refused = drill.pytest(released, "--pipeline")

    assert "rehearsal: r1 > r2 > r1 > r2, each by rolling" in planned.one_line
    assert passed.exit_code == 0, str(passed)
    assert way(passed) == WAY
    assert [each["lost_requests"] for each in passed.summary["deployments"][1:]] == [0, 0, 0]
    (rehearsal,) = passed.summary["rehearsals"]
    assert rehearsal["verdict"] == "PASS"
    assert {each["measure"] for each in rehearsal["objectives"]} == {"lost_requests", "rollback_s"}
    assert all(each["value"] is not None for each in rehearsal["objectives"])
    assert refused.exit_code == 20, str(refused)
    assert way(refused) == [("r2", "r3", "forward"), ("r3", "r2", "back")]
    assert "rollback_s" in refused.summary["failures"][0]
    assert "now serving: r2 (100 %)" in refused.summary["failures"][0]
    assert list(refused.verdicts) == ["unit", "integration"]
    assert not drill.belongings.running()
