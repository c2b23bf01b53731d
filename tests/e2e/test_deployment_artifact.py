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
    assert "is not what was built: server.py" in run.output
    assert "build again" in run.output
    assert run.summary["released"] is None
    assert not drill.belongings.running()


def test_the_next_run_is_refused_too_and_green_again_after_what_the_message_says(
    drill: Drill, tiny: Repository
) -> None:
    tiny.write("tests/e2e/test_altering.py", ALTERING_TEST)
    drill.pytest(tiny, "--pipeline")
    (tiny.root / "tests/e2e/test_altering.py").unlink()
    [folder] = (tiny.state / "artifacts").glob("?" * 64)
    folder.rename(drill.folder / "altered")

    run = drill.pytest(tiny, "--pipeline")

    assert run.exit_code == 0, str(run)
