"""Follows deployments by their journals."""

from __future__ import annotations

import json
from typing import Any

from tests.e2e.drills.pipeline_run import Running
from tests.e2e.drills.repository import Repository
from tests.e2e.drills.waiting import becomes_true


def journal(repository: Repository, environment: str) -> list[dict[str, Any]]:
    """Return the entries of the latest deployment to an environment; none before the first."""
    files = sorted(repository.state.glob(f"journal/*-{environment}.jsonl"))
    if not files:
        return []
    lines = files[-1].read_text(encoding="utf-8").split("\n")[:-1]
    return [json.loads(line) for line in lines]


def begins_step(
    running: Running, repository: Repository, environment: str, step: str, *, within_s: float = 60
) -> None:
    """Wait until the latest deployment of a running command begins a step.

    Args:
        running: The command.
        repository: Its service.
        environment: The environment; a deployment of an earlier command does not count.
        step: Type of the step, such as ``Bake``.
        within_s: Longest wait, seconds.

    Raises:
        AssertionError: If it does not come to that.
    """
    before = set(repository.state.glob(f"journal/*-{environment}.jsonl"))

    def begun() -> bool:
        new = set(repository.state.glob(f"journal/*-{environment}.jsonl")) - before
        entries = journal(repository, environment) if new else []
        return any(each.get("step", {}).get("type") == step for each in entries)

    becomes_true(lambda: begun() or running.process.poll() is not None, within_s=within_s)
    if not begun():
        raise AssertionError(f"did not begin {step} in {environment}:\n{running.output()}")
