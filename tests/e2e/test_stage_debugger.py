"""A stage on its own is this very process: the debugger works, and deadlines wait for it."""

from __future__ import annotations

import subprocess
import sys

from tests.e2e.drills.bare_project import bare_project
from tests.e2e.drills.drill import Drill

_FILES = {
    "pipeline.toml": "[stages.unit]\ntimeout_s = 1\n",
    "tests/unit/test_it.py": """
        def test_it():
            answer = 41
            assert answer == 42
    """,
}
_SESSION = "p answer + 1\nimport time; time.sleep(1.2)\nc\n"


def test_the_debugger_opens_at_the_failure_and_the_stage_is_judged_after_it(drill: Drill) -> None:
    project = bare_project(drill, _FILES)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-p", "pytest_pipeline.plugin"),
            *("--pipeline-stage=unit", "--pdb"),
        ],
        cwd=project.root,
        env=drill.variables(),
        input=_SESSION,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert "(Pdb) 42" in done.stdout
    assert done.returncode == 1, done.stdout
    assert "stage unit is FAIL: tests.failed: 1, wanted == 0" in done.stdout
    assert "timed out" not in done.stdout


def test_a_whole_run_says_where_the_debugger_works(drill: Drill) -> None:
    run = drill.pytest(bare_project(drill, _FILES), "--pipeline", "--pdb")

    assert run.exit_code == 4, run
    assert "pytest --pipeline-stage=NAME --pdb" in run.output
