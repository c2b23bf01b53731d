"""A generated workflow, run as a runner of GitHub's would: every job in a clean clone."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.drills.drill import Drill
from tests.e2e.drills.repository import Repository
from tests.e2e.workflows.generating import (
    end_environments,
    generated,
    reports_of,
    runner_for,
    workspace_of,
)
from tests.e2e.workflows.github_runner import GithubRunner
from tests.e2e.workflows.signing import Key, trusted_key

#: Stages with environments are tested elsewhere; here it is the jobs that count.
_FEW = """
name = "tiny"

[build]
kind = "command"
command = ["python3", "build.py", "{output}"]

[run]
command = ["python3", "-S", "{artifact}/server.py", "{port}"]
ready = "/ready"
deploy_timeout_s = 10
drain_timeout_s = 2

[stages.unit]

[environments.production]
strategy = "blue-green"
options = { bake_s = 0.3 }
"""


@pytest.fixture
def run_on(drill: Drill, tiny: Repository) -> Iterator[Callable[..., GithubRunner]]:
    """Return runners for the tiny service; what they left serving is ended."""
    tiny.write("pipeline.toml", _FEW)
    made = []

    def runner(key: Key | None = None) -> GithubRunner:
        variables = drill.variables()
        # without the plugins of others, which take their time to be imported
        few = {"PYTEST_PLUGINS": "pytest_pipeline.plugin"}
        path = f"{Path(sys.executable).parent}:{variables['PATH']}"
        made.append(runner_for(drill, tiny, {**variables, **few, "PATH": path}, key))
        return made[-1]

    yield runner
    for each in made:
        end_environments(drill, each)


def test_the_jobs_of_a_generated_workflow_promote(
    drill: Drill, tiny: Repository, run_on: Callable[..., GithubRunner]
) -> None:
    runner = run_on(key := trusted_key(drill, tiny))
    before = runner.hub.caches / "tiny-durations-0-1" / "unit.json"
    before.parent.mkdir()
    before.write_text('{"a": 1.0}', encoding="utf-8")
    jobs = runner.run(generated(drill, tiny, "--shards", "unit=2", "--install", "true"))
    summary = reports_of(jobs["deploy-production"]) / "deploy.json"

    assert {name: each.result for name, each in jobs.items()} == dict.fromkeys(
        ["build", "unit-shard.1", "unit-shard.2", "unit", "deploy-production"], "success"
    ), "\n".join(map(str, jobs.values()))
    (deployment,) = json.loads(summary.read_text(encoding="utf-8"))["deployments"]
    assert deployment["status"] == "Succeeded"
    cut_by = [workspace_of(jobs[f"unit-shard.{number}"]).state for number in (1, 2)]
    assert [(each / "durations" / "unit.json").read_text() for each in cut_by] == ['{"a": 1.0}'] * 2
    kept = json.loads((runner.hub.caches / "tiny-durations-1-1" / "unit.json").read_text())
    assert kept
    assert "a" not in kept
    assert not [each for each in jobs.values() if key.secret.splitlines()[1] in str(each)]


def test_without_the_secret_the_first_job_ends_the_workflow(
    drill: Drill, tiny: Repository, run_on: Callable[..., GithubRunner]
) -> None:
    trusted_key(drill, tiny)
    jobs = run_on().run(generated(drill, tiny, "--install", "true"))

    assert {name: each.result for name, each in jobs.items()} == {
        "unit": "failure",
        "deploy-production": "skipped",
    }
    assert jobs["unit"].failed
    assert jobs["unit"].failed.exit_code == 4, jobs["unit"]
    assert "there is no key to sign with: set PYTEST_PIPELINE_KEY" in jobs["unit"].failed.output
