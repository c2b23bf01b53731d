"""A narrowed stage says so, writes no evidence, and lets nothing follow."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.e2e.drills.bare_project import bare_project
from tests.e2e.drills.drill import Drill

_FILES = {
    "tests/unit/test_it.py": """
        import pytest

        def test_one(): pass

        @pytest.mark.slow
        def test_two(): pass
    """,
    "tests/component/test_next.py": "def test_next(): pass\n",
    "pytest.ini": "[pytest]\nmarkers =\n  slow: takes its time\n",
}


@pytest.mark.parametrize(
    ("narrowing", "named"),
    [
        (["-k", "one"], "-k"),
        (["-m", "not slow"], "-m"),
        (["--lf"], "--lf"),
        (["--deselect", "tests/unit/test_it.py::test_two"], "--deselect"),
        (["--ignore", "tests/unit/nowhere"], "--ignore"),
        (["tests/unit"], "tests/unit"),
        (["tests/unit/test_it.py::test_one"], "tests/unit/test_it.py::test_one"),
        (["-k", "one", "-n", "2"], "-k"),
    ],
    ids=["-k", "-m", "--lf", "--deselect", "--ignore", "path", "test", "workers"],
)
def test_a_narrowed_stage_writes_no_evidence(
    drill: Drill, narrowing: list[str], named: str
) -> None:
    drill = replace(drill, plugins=("xdist.plugin",))
    project = bare_project(drill, _FILES)

    narrowed = drill.pytest(project, "--pipeline-stage=unit", *narrowing)
    after = drill.pytest(project, "--pipeline-stage=component")

    assert narrowed.exit_code == 0, narrowed
    assert f"narrowed ({named}): no evidence written" in " ".join(narrowed.output.split())
    assert after.exit_code == 22, after
    assert "no evidence of stage unit: run pytest --pipeline-stage=unit" in after.output


def test_a_narrowed_stage_does_not_take_away_evidence(drill: Drill) -> None:
    project = bare_project(drill, _FILES)
    codes = [
        drill.pytest(project, *asked).exit_code
        for asked in (
            ["--pipeline-stage=unit"],
            ["--pipeline-stage=unit", "-k", "one"],
            ["--pipeline-stage=component"],
        )
    ]

    assert codes == [0, 0, 0]


def test_a_whole_run_refuses_to_be_narrowed(drill: Drill) -> None:
    project = bare_project(drill, _FILES)
    run = drill.pytest(project, "--pipeline", "-k", "one")

    assert run.exit_code == 4, run
    assert "-k would leave out tests" in run.output
    assert "pytest --pipeline-stage=NAME" in run.output


def test_a_wrong_expression_is_a_usage_error_and_nothing_else(drill: Drill) -> None:
    project = bare_project(drill, _FILES)
    run = drill.pytest(project, "--pipeline-stage=unit", "--strict-markers", "-m", "no_such")

    assert run.exit_code == 4, run
    assert "Unknown marker(s) in '-m' expression: no_such" in run.output
    assert "never reported" not in run.output
