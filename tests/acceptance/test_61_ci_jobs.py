"""Acceptance point 1 of evidence: jobs that share exported folders alone, and what is refused."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.ci_jobs import COLUMNS, SITUATIONS, Pushes, Refused
from tests.acceptance.conftest import Show
from tests.e2e.drills.drill import Drill
from tests.e2e.drills.repository import Repository
from tests.e2e.workflows.generating import (
    end_environments,
    generated,
    runner_for,
    workspace_of,
)
from tests.e2e.workflows.github_runner import JobRun
from tests.e2e.workflows.signing import new_key, trusted_key

_MAX_AGE = "\n[tool.pytest_pipeline.evidence]\nmax_age_s = 86400\n"
_ASKED = ("--shards", "unit=2", "--install", "python --version")


@pytest.fixture
def pushes(drill: Drill, sample: Repository, show: Show) -> Iterator[Pushes]:
    """Two pushes, each through all jobs of the generated workflow."""
    sample.append("pyproject.toml", _MAX_AGE)
    key, stranger = trusted_key(drill, sample), new_key(drill, sample, "stranger")
    variables = drill.variables()
    path = f"{Path(sys.executable).parent}:{variables['PATH']}"
    runner = runner_for(drill, sample, {**variables, "PATH": path}, key)
    workflow, commits, exports = generated(drill, sample, *_ASKED), [], []
    for number in (1, 2):
        commits.append(sample.git("rev-parse", "HEAD"))
        jobs = runner.run(workflow)
        show(f"Push {number}", ("job", "result", "signed"), [_row(each) for each in jobs.values()])
        failed = [str(each) for each in jobs.values() if each.result != "success"]
        assert not failed, "\n".join(failed)
        exports.append(drill.folder / f"exports-{number}")
        shutil.copytree(runner.hub.artifacts, exports[-1])
        sample.append("orders/app.py", f"# push {number}\n")
        sample.commit()
    yield Pushes(drill, sample, (commits[0], commits[1]), (exports[0], exports[1]), key, stranger)
    end_environments(drill, runner)


@pytest.mark.timeout(3000)
def test_jobs_that_share_folders_promote_and_nothing_else_does(pushes: Pushes, show: Show) -> None:
    refused = [Refused(each, each.act(pushes)) for each in SITUATIONS]
    show("Refused", COLUMNS, [each.row for each in refused])

    for each in refused:
        each.check()


def _row(job: JobRun) -> tuple[object, ...]:
    return (job.name, job.result, _signatures(workspace_of(job)))


def _signatures(job: Repository) -> str:
    """Return how many statements in a job's state are signed, and how many there are."""
    files = [
        json.loads(each.read_text(encoding="utf-8"))
        for folder in ("evidence", "shards", "promotions")
        for each in (job.state / folder).rglob("*.json")
    ]
    return f"{sum(bool(each['signatures']) for each in files)} of {len(files)}"
