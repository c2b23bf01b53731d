"""The bytes that were tested are the bytes that are deployed, or nothing is."""

from __future__ import annotations

from tests.e2e.drills.drill import Drill
from tests.e2e.drills.repository import Repository

ALTERING_TEST = """
    from pathlib import Path


    def test_somebody_alters_the_artifact():
        [server] = Path(".pipeline/artifacts").glob("*/**/server.py")
        server.chmod(0o644)
        server.write_text(server.read_text().replace("hello", "hullo"))
"""


def test_an_artifact_altered_after_staging_does_not_reach_production(
    drill: Drill, tiny: Repository
) -> None:
    tiny.write("tests/e2e/test_altering.py", ALTERING_TEST)

    run = drill.pytest(tiny, "--pipeline")

    assert run.exit_code == 26, str(run)
    assert list(run.deployments) == ["dev", "staging"]
    assert "is not what was built: altered: server.py" in run.output
    assert "build again" in run.output
    assert run.summary["released"] is None
    assert not drill.belongings.running()


def test_a_release_whose_artifact_was_altered_is_not_started_to_go_over(
    drill: Drill, released: Repository
) -> None:
    [server] = released.state.glob("artifacts/*/files/server.py")
    server.chmod(0o644)
    server.write_text(server.read_text() + "# altered\n")
    released.append("server.py", "# the next release\n")

    run = drill.pytest(released, "--pipeline", "--pipeline-through=dev")

    assert run.exit_code == 26, str(run)
    assert "is not what was built: altered: server.py" in run.output
    assert run.deployments == {}
    assert not drill.belongings.running()


def test_a_release_whose_artifact_was_deleted_does_not_hold_up_the_next(
    drill: Drill, released: Repository
) -> None:
    [folder] = released.state.glob("artifacts/" + "?" * 64)
    folder.rename(drill.folder / "deleted")
    released.append("server.py", "# the next release\n")

    run = drill.pytest(released, "--pipeline", "--pipeline-through=dev")

    assert run.exit_code == 0, str(run)
    assert "r1, promoted to dev last, was deleted" in " ".join(run.output.split())
    assert run.deployments["dev"]["stable"] is None
    assert run.deployments["dev"]["candidate"] == "r2"
