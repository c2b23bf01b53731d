"""Gates hold where other tools are content, with and without workers, alone and in a whole run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.e2e.drills.bare_project import bare_project
from tests.e2e.drills.doubtful_stages import DOUBTFUL_STAGES, DoubtfulStage
from tests.e2e.drills.drill import Drill
from tests.e2e.drills.pipeline_run import PipelineRun

#: Merely installed, the first two make pytest hang when a test imports locust. The last one looks
#: at everything that the terminal counts.
_NEIGHBOURS = ("xdist.plugin", "pytest_rerunfailures", "_hypothesis_pytestplugin")


@pytest.mark.parametrize("stage", DOUBTFUL_STAGES, ids=lambda each: each.name.replace(" ", "-"))
def test_a_doubtful_stage_lets_nothing_follow(drill: Drill, stage: DoubtfulStage) -> None:
    drill = replace(drill, plugins=_NEIGHBOURS)
    project = bare_project(drill, stage.project)

    whole = drill.pytest(project, "--pipeline")
    alone = drill.pytest(project, "--pipeline-stage=unit", "-n", "2")

    assert_held(whole, stage)
    assert_held(alone, stage)


def assert_held(run: PipelineRun, stage: DoubtfulStage) -> None:
    assert run.exit_code == run.summary["exit_code"] == stage.exit_code, run
    assert run.verdicts == {"unit": stage.verdict}, run
    assert stage.said in run.output, run
    assert run.summary["released"] is None
    assert f"stage unit is {stage.verdict}" in run.output


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "workers"])
@pytest.mark.parametrize("asked", ["--pipeline", "--pipeline-stage=unit"])
def test_a_process_that_leaves_in_the_middle_of_a_test_is_no_success(
    drill: Drill, asked: str, workers: tuple[str, ...]
) -> None:
    drill = replace(drill, plugins=_NEIGHBOURS)
    body = "import os\ndef test_first(): pass\ndef test_leaves(): os._exit(0)\n"
    project = bare_project(drill, {"tests/unit/test_it.py": body})

    run = drill.pytest(project, asked, *workers)

    assert run.exit_code == 26, run
    assert "test_it.py::test_leaves" in run.output


def test_a_session_that_stops_early_is_no_success(drill: Drill) -> None:
    body = """
        def test_first(request): request.session.shouldstop = "I have seen enough"
        def test_second(): pass
    """
    project = bare_project(drill, {"tests/unit/test_it.py": body})

    alone = drill.pytest(project, "--pipeline-stage=unit")
    whole = drill.pytest(project, "--pipeline")

    assert (alone.exit_code, whole.exit_code) == (26, 26)
    assert "though no test failed: I have seen enough" in alone.output
    assert "though no test failed: I have seen enough" in whole.output
