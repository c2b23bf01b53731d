"""Workflows of services in tests, and what runs them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.e2e.drills.drill import Drill
from tests.e2e.drills.repository import Repository
from tests.e2e.workflows.actions import Hub
from tests.e2e.workflows.github_runner import GithubRunner, JobRun
from tests.e2e.workflows.signing import Key


def generated(drill: Drill, service: Repository, *asked: str) -> dict[str, Any]:
    """Return the workflow that the command generates for GitHub.

    Raises:
        AssertionError: If it generates none.
    """
    file = drill.folder / "workflow.yml"
    run = drill.command(service, "ci", "github", *asked, "--output", str(file), "--force")
    assert run.exit_code == 0, run
    workflow: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return workflow


def runner_for(
    drill: Drill, service: Repository, environ: Mapping[str, str], key: Key | None = None
) -> GithubRunner:
    """Return a runner for the jobs of a service, with the key as a secret where there is one."""
    hub = Hub(service.root, drill.folder / "artifacts", drill.folder / "caches")
    for folder in (hub.artifacts, hub.caches):
        folder.mkdir()
    secrets = {"PYTEST_PIPELINE_KEY": key.secret} if key else {}
    return GithubRunner(hub, drill.folder / "jobs", environ, secrets)


def end_environments(drill: Drill, runner: GithubRunner) -> None:
    """End what jobs left serving."""
    for each in runner.folder.glob("*/deploy-*/workspace"):
        drill.command(Repository(each), "down")


def workspace_of(job: JobRun) -> Repository:
    """Return the clone in which a job ran."""
    return Repository(job.folder / "workspace")


def reports_of(job: JobRun) -> Path:
    """Return the folder of the reports of a job."""
    return job.folder / "temporary" / "reports"
