"""A branch that skips more than where it began: stopped, and only by what was measured."""

from __future__ import annotations

import pytest

from tests.e2e.drills.drill import Drill
from tests.e2e.drills.pipeline_run import PipelineRun
from tests.e2e.drills.repository import Repository
from tests.e2e.drills.waiting import becomes_true

TESTS = """\
import pytest

def test_one(): pass

def test_two(): pass

@pytest.mark.skip(reason="later")
def test_three(): pass
"""
SKIPPED = "@pytest.mark.skip(reason='hard')\ndef test_two"


@pytest.fixture
def branch(drill: Drill) -> Repository:
    """A branch that adds a skip to the one of the main branch; nothing is built."""
    root = drill.folder / "service"
    root.mkdir()
    repository = Repository(root)
    repository.write("pipeline.toml", "[stages.unit]\nratchet = ['tests.skipped']\n")
    repository.write(".gitignore", "__pycache__/\n.pytest_cache/\n")
    repository.write("tests/unit/test_it.py", TESTS)
    repository.git("init", "--quiet", "--initial-branch=main")
    repository.commit("Begin")
    repository.git("checkout", "--quiet", "-b", "topic")
    repository.replace("tests/unit/test_it.py", "def test_two", SKIPPED)
    repository.commit("Skip")
    return repository


def unit(drill: Drill, repository: Repository) -> PipelineRun:
    return drill.pytest(repository, "--pipeline-stage=unit")


def reason(run: PipelineRun) -> str:
    """Return the reason of the ratchet."""
    (stage,) = run.summary["stages"]
    return str(stage["objectives"][-1]["reason"])


def test_a_ratchet_stops_a_new_skip_as_soon_as_the_merge_base_is_measured(
    drill: Drill, branch: Repository
) -> None:
    began = branch.git("rev-parse", "--short=12", "main")

    before = unit(drill, branch)
    measured = drill.command(branch, "gates", "baseline")
    known = drill.command(branch, "gates", "baseline")
    after = unit(drill, branch)
    branch.replace("tests/unit/test_it.py", SKIPPED, "def test_two")
    mended = unit(drill, branch)

    assert before.exit_code == 21, before
    assert "run pytest-pipeline gates baseline unit" in reason(before)
    assert measured.exit_code == 0, measured
    assert f"unit at merge base {began} is measured: 2 tests executed, 1 skipped" in measured.output
    assert known.exit_code == 0, known
    assert "already" in known.output
    assert after.exit_code == 20, after
    assert reason(after) == f"2, wanted <= base, which is 1 of merge base {began}"
    assert (mended.exit_code, mended.verdicts) == (0, {"unit": "PASS"}), mended
    assert branch.git("worktree", "list").count("\n") == 0
    assert list((drill.folder / "tmp").glob("pipeline-baseline-*")) == []
    assert not drill.belongings.running()


def test_what_was_measured_to_compare_with_promotes_nothing(
    drill: Drill, branch: Repository
) -> None:
    branch.write("pipeline.toml", "[stages.unit]\n[stages.component]\n")
    branch.write("tests/component/test_it.py", "def test_it(): pass\n")
    pretending = Drill(drill.folder, drill.token, environ={"PYTEST_PIPELINE_BASELINE": "1"})

    pretended = unit(pretending, branch)
    component = drill.pytest(branch, "--pipeline-stage=component")

    assert pretended.exit_code == 0, pretended
    assert component.exit_code == 22, component


def test_a_shallow_clone_is_named_with_its_remedy(drill: Drill, branch: Repository) -> None:
    clone = Repository(drill.folder / "clone")
    branch.git("clone", "--quiet", "--depth=1", f"file://{branch.root}", str(clone.root))

    judged = unit(drill, clone)
    measured = drill.command(clone, "gates", "baseline")

    assert judged.exit_code == 21, judged
    assert "shallow clone" in reason(judged)
    assert "git fetch --unshallow" in reason(judged)
    assert measured.exit_code == 26, measured
    assert "git fetch --unshallow" in measured.output


def test_a_merge_base_that_cannot_be_measured_says_why(drill: Drill, branch: Repository) -> None:
    branch.append("pipeline.toml", "[stages.component]\nratchet = ['tests.skipped']\n")
    branch.write("tests/component/test_it.py", "def test_it(): pass\n")

    measured = drill.command(branch, "gates", "baseline", "component")

    assert measured.exit_code == 21, measured
    assert "component at merge base" in measured.output
    assert "could not be measured: it ended with exit code" in measured.output


def test_ctrl_c_leaves_neither_a_work_tree_nor_a_process(drill: Drill, branch: Repository) -> None:
    branch.git("checkout", "--quiet", "main")
    waiting = "import pathlib, select\npathlib.Path({!r}).touch()\nselect.select([], [], [], 60)\n"
    begun = drill.folder / "begun"
    branch.write("tests/unit/test_slow.py", waiting.format(str(begun)))
    branch.commit("Wait")
    branch.git("checkout", "--quiet", "-b", "next")
    branch.write("more.txt", "more")
    branch.commit("More")

    running = drill.start_command(branch, "gates", "baseline")
    assert becomes_true(begun.exists, within_s=60)
    running.interrupt()
    stopped = running.wait()

    assert stopped.exit_code == 2, stopped
    assert branch.git("worktree", "list").count("\n") == 0
    assert list((drill.folder / "tmp").glob("pipeline-baseline-*")) == []
    assert not drill.belongings.running()
