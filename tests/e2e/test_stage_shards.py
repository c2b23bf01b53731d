"""Shards demand the evidence before them; what is joined counts for what comes after."""

from __future__ import annotations

from tests.e2e.drills.drill import Drill
from tests.e2e.drills.repository import Repository


def test_shards_start_environments_of_their_own_and_count_once_they_are_joined(
    drill: Drill, tiny: Repository
) -> None:
    tiny.append(
        "tests/integration/test_address.py",
        """

        def test_it_answers(pipeline_http: requests.Session) -> None:
            assert pipeline_http.get("/").status_code == 200
        """,
    )
    early = drill.pytest(tiny, "--pipeline-stage=integration", "--pipeline-shard=1/2")
    unit = drill.pytest(tiny, "--pipeline-stage=unit")
    first, second = (
        drill.pytest(tiny, "--pipeline-stage=integration", f"--pipeline-shard={number}/2")
        for number in (1, 2)
    )
    not_joined = drill.pytest(tiny, "--pipeline-stage=e2e")
    joined = drill.command(tiny, "join", "integration")
    accepted = drill.pytest(tiny, "--pipeline-stage=e2e")

    assert (early.exit_code, not_joined.exit_code) == (22, 22), not_joined
    assert "no evidence of stage unit" in early.output
    assert "no evidence of stage integration" in not_joined.output
    assert (unit.exit_code, first.exit_code, second.exit_code) == (0, 0, 0), second
    assert first.verdicts == {"integration 1/2": "PASS"}
    assert (joined.exit_code, accepted.exit_code) == (0, 0), f"{joined}\n{accepted}"
    assert not drill.belongings.running()
