"""Acceptance point 6: a stage on its own demands evidence; the passed folder hands it over."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from tests.acceptance.conftest import Show
from tests.acceptance.evidence_walk import COLUMNS, walk_with_evidence
from tests.e2e.drills.drill import Drill
from tests.e2e.drills.repository import Repository


@pytest.mark.timeout(1200)
def test_a_stage_demands_evidence_of_those_before_it(
    drill: Drill, sample: Repository, show: Show
) -> None:
    steps = list(walk_with_evidence(drill, sample))
    show("Evidence", COLUMNS, [each.row for each in steps])

    for step in steps:
        step.check()


@pytest.fixture
def deploying(drill: Drill, sample: Repository) -> Iterator[Repository]:
    """Another clone, whose environments are ended after the test."""
    clone = Repository(drill.folder / "clone")
    sample.git("clone", "--quiet", ".", str(clone.root))
    yield clone
    drill.command(clone, "down")


@pytest.mark.timeout(1200)
def test_jobs_pass_a_folder_on_and_nothing_is_built_twice(
    drill: Drill, sample: Repository, deploying: Repository, show: Show
) -> None:
    rows = []
    for stage in ("unit", "component", "integration"):
        run = drill.pytest(sample, f"--pipeline-stage={stage}")
        rows.append(("first", f"stage {stage}", run.exit_code, run.summary["time_s"]["build"]))
    refused = drill.command(deploying, "deploy", "staging")
    rows.append(("second", "deploy staging, nothing passed on", refused.exit_code, 0))
    for name in ("artifacts", "evidence", "revisions"):
        shutil.copytree(sample.state / name, deploying.state / name, dirs_exist_ok=True)
    deployed = drill.command(deploying, "deploy", "staging", within_s=120)
    rows.append(("second", "deploy staging, folder passed on", deployed.exit_code, 0))
    for stage in ("e2e", "performance"):
        run = drill.pytest(deploying, f"--pipeline-stage={stage}")
        rows.append(("second", f"stage {stage}", run.exit_code, run.summary["time_s"]["build"]))
    production = drill.command(deploying, "deploy", "production", within_s=120)
    rows.append(("second", "deploy production", production.exit_code, 0))
    show("The passed folder", ("job", "step", "exit", "build s"), rows)

    assert [exit_code for _, _, exit_code, _ in rows] == [0, 0, 0, 22, 0, 0, 0, 0]
    assert [build_s > 1 for _, _, _, build_s in rows] == [True, *[False] * 7]
    assert refused.output.count("no evidence of stage") == 3
    assert deployed.output.count("(built before)") == 2
    assert "production serves at http://127.0.0.1:" in production.output
