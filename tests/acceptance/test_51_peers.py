"""The table of tools that fail open: their exit codes, measured, beside ours for the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pytest_pipeline.domain.alarms import TreatMissing
from pytest_pipeline.domain.criteria import Comparison, Criterion
from pytest_pipeline.domain.gates import BASIC_OBJECTIVES, Gate, Objective
from pytest_pipeline.domain.stage_results import judge_stage
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.tallies import StageRun, Tally
from pytest_pipeline.domain.test_outcomes import TestOutcome
from tests.acceptance.conftest import Show
from tests.acceptance.peers import FLAKY, IDLE, SKIPPED, SLOWER, Peers, install_peers
from tests.acceptance.watched_service import alarm_table, be, watched_service, write_pipeline
from tests.e2e.drills.bare_project import bare_project
from tests.e2e.drills.drill import SERVICES, Drill
from tests.e2e.drills.pipeline_run import PipelineRun

COLUMNS = ("tool", "situation", "its exit code", "ours", "alone, -n 2")
NOT_RUN = "not run: not on PyPI"
_OBJECTIVE = '[[stages.{stage}.objectives]]\nmeasure = "{measure}"\npass = "{wanted}"\n'
_LOADED = '[stages.performance]\nenvironment = "staging"\n'
_LOAD = """
def test_load(pipeline_load_test):
    pipeline_load_test("locustfile_it.py", users=2, spawn_rate=2, duration_s=2)
"""
_DYING = IDLE.replace("pass", "__import__('os').kill(__import__('os').getpid(), 9)")


@pytest.fixture(scope="module")
def peers(tmp_path_factory: pytest.TempPathFactory) -> Peers:
    return install_peers(tmp_path_factory.mktemp("tools"))


def in_both(drill: Drill, name: str, files: dict[str, str], *options: str) -> tuple[int, int]:
    """Run stage unit of a project alone and on two workers; return the exit codes."""
    drill = replace(drill, plugins=("xdist.plugin", "pytest_rerunfailures"))
    codes = []
    for workers in ((), ("-n", "2")):
        project = bare_project(drill, files, name=f"{name}{len(workers)}")
        project.write(".gitignore", "__pycache__/\n.pytest_cache/\n.pipeline/\ntried\n")
        project.commit("Leave out what tests write")
        codes.append(drill.pytest(project, "--pipeline-stage=unit", *options, *workers).exit_code)
    return codes[0], codes[1]


def loaded(drill: Drill, name: str, locustfile: str) -> PipelineRun:
    """Release the tiny service through a load test."""
    service = drill.copy(SERVICES / "tiny", name)
    wanted = _OBJECTIVE.format(stage="performance", measure="load.p95_ms", wanted="< 250")
    service.append("pipeline.toml", f"\n{_LOADED}{wanted}")
    service.write("tests/performance/test_load.py", _LOAD)
    service.write("tests/performance/locustfile_it.py", locustfile)
    service.commit("Add load")
    return drill.pytest(service, "--pipeline", within_s=280)


@pytest.mark.timeout(1200)
def test_neighbours_of_pytest_are_content_where_a_gate_is_not(
    peers: Peers, drill: Drill, show: Show
) -> None:
    skipped = in_both(drill, "skipped", {"tests/unit/test_it.py": SKIPPED})
    slower = in_both(
        drill,
        "slower",
        {
            "tests/unit/test_it.py": "def test_it(pipeline): pipeline.record('custom.ms', 50)\n",
            "pipeline.toml": _OBJECTIVE.format(stage="unit", measure="custom.ms", wanted="< 10"),
        },
    )
    saved = peers.pytest("slower", SLOWER, "--benchmark-save=first", TAKES_S="0.001")
    compared = ("--benchmark-compare", "--benchmark-compare-fail=mean:10%")
    theirs = {
        "skipped": peers.pytest("skipped", SKIPPED),
        "slower": peers.pytest("slower", SLOWER, *compared, TAKES_S="0.02"),
        "slower -n 2": peers.pytest("slower", SLOWER, *compared, "-n", "2", TAKES_S="0.02"),
    }
    benchmark = "pytest-benchmark, 20 times slower"
    show(
        "Neighbours of pytest",
        COLUMNS,
        [
            ("pytest", "every test is skipped", theirs["skipped"], *_ours(skipped)),
            (benchmark, "--benchmark-compare-fail", theirs["slower"], *_ours(slower)),
            (benchmark, "the same, -n 2", theirs["slower -n 2"], *_ours(slower)),
        ],
    )

    assert saved == 0
    assert (theirs["skipped"], theirs["slower -n 2"]) == (0, 0)
    assert theirs["slower"] != 0
    assert skipped == (21, 21)
    assert slower == (20, 20)


@pytest.mark.timeout(600)
def test_a_flaky_test_is_one_on_workers_as_well(peers: Peers, drill: Drill, show: Show) -> None:
    flaky = in_both(
        drill,
        "flaky",
        {
            "tests/unit/test_it.py": FLAKY,
            "pipeline.toml": _OBJECTIVE.format(stage="unit", measure="tests.flaky", wanted="== 0"),
        },
        *("--reruns", "2"),
    )
    rerun, reruns = "pytest-rerunfailures", ("--reruns", "2", "--fail-on-flaky")
    refused = in_both(drill, "refused", {"tests/unit/test_it.py": FLAKY}, *reruns)
    alone = peers.pytest("flaky0", FLAKY, *reruns)
    workers = peers.pytest("flaky2", FLAKY, *reruns, "-n", "2")
    show(
        "Flaky tests",
        COLUMNS,
        [
            (rerun, "--fail-on-flaky", alone, *_ours(refused)),
            (rerun, "the same, -n 2", workers, *_ours(refused)),
            (rerun, "our objective in its place", "-", *_ours(flaky)),
        ],
    )

    assert workers == 0
    assert alone != 0
    assert refused == (4, 4)
    assert flaky == (20, 20)


@pytest.mark.timeout(1200)
def test_a_load_generator_is_content_without_load(peers: Peers, drill: Drill, show: Show) -> None:
    idle, dead = peers.locust_without_requests(), peers.locust_with_a_killed_worker()
    ours_idle, ours_dead = loaded(drill, "idle", IDLE), loaded(drill, "dead", _DYING)
    show(
        "Load",
        COLUMNS,
        [
            ("Locust", "no request at all", idle, ours_idle.exit_code, _performance(ours_idle)),
            ("Locust", "a worker is killed", dead, ours_dead.exit_code, _performance(ours_dead)),
            ("k6", "a threshold on no samples", NOT_RUN, ours_idle.exit_code, "as above"),
        ],
    )

    assert (idle, dead) == (0, 0)
    for run in (ours_idle, ours_dead):
        assert run.exit_code != 0, run
        assert run.verdicts["performance"] in ("ERROR", "FAIL", "INCONCLUSIVE"), run
        assert run.summary["released"] is None


@pytest.mark.timeout(900)
def test_a_bake_without_data_promotes_nothing(drill: Drill, show: Show) -> None:
    service = watched_service(drill)
    first = drill.pytest(service, "--pipeline", "--pipeline-keep", within_s=280)
    assert first.exit_code == 0, first
    runs: dict[str, PipelineRun] = {}
    for source, situation in (("router", "no data"), ("command", "unreadable")):
        write_pipeline(service, alarm_table(source, "unreadable", TreatMissing.MISSING, 9))
        tested = drill.pytest(service, "--pipeline-stage=unit")
        assert tested.exit_code == 0, tested
        be(service, "unreadable")
        runs[situation] = drill.command(service, "deploy", "field", within_s=120)
        be(service, "OK")
    down = drill.command(service, "down", within_s=120)
    show(
        "Deployments",
        COLUMNS,
        [
            ("Argo Rollouts", "the bake ends, data are missing", NOT_RUN, *_said(runs["no data"])),
            ("CodeDeploy", "an alarm is unreadable", NOT_RUN, *_said(runs["unreadable"])),
        ],
    )

    assert down.exit_code == 0, down
    assert {name: run.exit_code for name, run in runs.items()} == {"no data": 23, "unreadable": 23}


def test_no_baseline_is_no_pass(show: Show) -> None:
    relative = Objective("custom.ms", (Criterion(Comparison.AT_MOST, 10, relative=True),))
    stage = Stage("unit", ("unit",), gate=Gate((*BASIC_OBJECTIVES, relative)))
    run = StageRun(Tally({"t": TestOutcome.PASSED}, 1), {"custom.ms": 50.0})
    result = judge_stage(stage, run)
    code = int(result.exit_code)
    show("Baselines", COLUMNS, [("Keptn v1", "there is no baseline", NOT_RUN, code, "judged")])

    assert code == 21


def _ours(codes: tuple[int, int]) -> tuple[int, str]:
    return codes[0], f"{codes[0]}, {codes[1]}"


def _performance(run: PipelineRun) -> str:
    return run.verdicts.get("performance", "-")


def _said(run: PipelineRun) -> tuple[int, str]:
    return run.exit_code, "-"


def test_the_table_is_in_the_docs() -> None:
    page = Path(__file__).parents[2] / "docs/explanation/gates-that-cannot-be-fooled.md"
    text = page.read_text(encoding="utf-8")

    for tool in ("pytest-rerunfailures", "pytest-benchmark", "Locust", "k6", "Keptn", "Argo"):
        assert tool in text
