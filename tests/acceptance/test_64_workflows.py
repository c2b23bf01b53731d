"""Acceptance point 4 of evidence: the steps of a generated workflow, run on clean clones."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.acceptance.ci_machine import Machine, set_up
from tests.acceptance.conftest import Show
from tests.e2e.drills.drill import Drill
from tests.e2e.drills.repository import Repository
from tests.e2e.workflows.generating import end_environments, generated, reports_of, runner_for
from tests.e2e.workflows.github_runner import JobRun
from tests.e2e.workflows.signing import trusted_key

_JOBS = [
    *("build", "unit-shard.1", "unit-shard.2", "unit", "component", "integration", "e2e"),
    *("performance", "deploy-production"),
]


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """A machine whose Python the jobs install into."""
    return set_up(tmp_path_factory.mktemp("machine") / "python")


@pytest.mark.timeout(3000)
def test_the_jobs_of_the_generated_workflow_end_green(
    drill: Drill, sample: Repository, machine: Machine, show: Show
) -> None:
    key = trusted_key(drill, sample)
    runner = runner_for(drill, sample, machine.environ(drill.variables()), key)
    workflow = generated(drill, sample, "--shards", "unit=2")
    try:
        first = runner.run(workflow)
        sample.append("orders/app.py", "# changed\n")
        sample.commit()
        second = runner.run(workflow)
    finally:
        end_environments(drill, runner)
    show("First push", *_table(first))
    show("Second push", *_table(second))

    for jobs in (first, second):
        failed = [str(each) for each in jobs.values() if each.result != "success"]
        assert list(jobs) == _JOBS
        assert not failed, "\n".join(failed)
        assert not [each for each in jobs.values() if key.secret.splitlines()[1] in str(each)]
    assert _deployed(first) == (None, "r1", "Succeeded")
    assert _deployed(second) == ("r1", "r2", "Succeeded")
    assert not drill.belongings.running()


def _table(
    jobs: Mapping[str, JobRun],
) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    rows = [
        (
            name,
            each.result,
            sum(step.outcome == "success" for step in each.steps),
            f"{sum(step.duration_s for step in each.steps):.0f}",
            each.failed.name if each.failed else "",
        )
        for name, each in jobs.items()
    ]
    return ("job", "result", "steps", "seconds", "failed at"), rows


def _deployed(jobs: Mapping[str, JobRun]) -> tuple[str | None, str, str]:
    file: Path = reports_of(jobs["deploy-production"]) / "deploy.json"
    (record,) = json.loads(file.read_text(encoding="utf-8"))["deployments"]
    return record["stable"], record["candidate"], record["status"]
