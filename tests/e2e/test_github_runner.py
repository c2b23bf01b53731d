"""The runner that tests have instead of GitHub's: what it does with a workflow written by hand."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.drills.drill import Drill
from tests.e2e.drills.repository import Repository
from tests.e2e.workflows.expressions import evaluated, filled, holds
from tests.e2e.workflows.generating import runner_for
from tests.e2e.workflows.github_runner import GithubRunner

_KNOWN = {"matrix": {"shard": 2}, "secrets": {}, "steps": {"try": {"outcome": "failure"}}}
_CHECKOUT = {"uses": "actions/checkout@v4", "with": {}}


@pytest.fixture
def runner(drill: Drill, tiny: Repository) -> GithubRunner:
    return runner_for(drill, tiny, dict(os.environ))


def job(steps: str, **more: object) -> dict[str, Any]:
    return {"steps": [_CHECKOUT, *yaml.safe_load(steps)], **more}


@pytest.mark.parametrize(
    ("condition", "success", "wanted"),
    [
        ("", True, True),
        ("", False, False),
        ("always()", False, True),
        ("${{ !cancelled() }}", False, True),
        ("${{ !cancelled() && steps.try.outcome != 'failure' }}", False, False),
        ("matrix.shard == matrix.shard", True, True),
        ("matrix.shard == 'x' || steps.try.outcome == 'failure'", True, True),
        ("matrix.shard == matrix.shard", False, False),
        ("failure()", True, False),
    ],
)
def test_conditions_hold_as_on_github(condition: str, *, success: bool, wanted: bool) -> None:
    assert holds(condition, _KNOWN, success=success) is wanted


def test_expressions_are_filled_in_and_what_is_missing_is_empty() -> None:
    assert filled("a ${{ matrix.shard }}/3 [${{ secrets.KEY }}]", _KNOWN) == "a 2/3 []"
    with pytest.raises(KeyError):
        evaluated("github.ref", _KNOWN)


def test_after_a_step_that_failed_only_what_asks_for_it_runs(runner: GithubRunner) -> None:
    steps = """
    - {name: first, run: "false; echo no"}
    - {name: second, run: echo second}
    - {name: third, if: always(), run: echo third}
    """
    jobs = runner.run({"jobs": {"a": job(steps), "b": job("[]", needs=["a"])}})

    assert [each.outcome for each in jobs["a"].steps] == [
        "success",
        "failure",
        "skipped",
        "success",
    ]
    assert jobs["a"].steps[-1].output == "third\n"
    assert (jobs["a"].result, jobs["b"].result) == ("failure", "skipped")


def test_jobs_share_what_they_upload_and_nothing_else(runner: GithubRunner) -> None:
    writing = """
    - {run: "mkdir $RUNNER_TEMP/out; echo ${{ matrix.shard }} > $RUNNER_TEMP/out/file; touch left"}
    - uses: actions/upload-artifact@v4
      with: {name: "part.${{ matrix.shard }}", path: "${{ runner.temp }}/out"}
    """
    reading = """
    - uses: actions/download-artifact@v4
      with: {pattern: part.*, path: "${{ runner.temp }}"}
    - {run: "cat $RUNNER_TEMP/part.*/file; ls -d left tests || true"}
    - uses: actions/download-artifact@v4
      with: {name: part.3, path: "${{ runner.temp }}"}
    """
    matrix = {"matrix": {"shard": [1, 2]}}
    jobs = runner.run(
        {"jobs": {"write": job(writing, strategy=matrix), "read": job(reading, needs=["write"])}}
    )

    assert list(jobs) == ["write.1", "write.2", "read"]
    assert jobs["read"].steps[2].output.split()[:2] == ["1", "2"]
    assert "tests" in jobs["read"].steps[2].output.splitlines()
    assert "left" not in jobs["read"].steps[2].output.splitlines()
    assert jobs["read"].failed
    assert jobs["read"].failed.output == "there is no artifact part.3"


def test_a_cache_goes_from_run_to_run(runner: GithubRunner) -> None:
    steps = """
    - uses: actions/cache/restore@v4
      with: {path: "${{ runner.temp }}/kept", key: "k-${{ github.run_id }}", restore-keys: k-}
    - {run: 'mkdir -p "$RUNNER_TEMP/kept"; echo run >> "$RUNNER_TEMP/kept/runs"'}
    - {run: cat "$RUNNER_TEMP/kept/runs"}
    - uses: actions/cache/save@v4
      with: {path: "${{ runner.temp }}/kept", key: "k-${{ github.run_id }}"}
    """
    outputs = [runner.run({"jobs": {"a": job(steps)}})["a"].steps[3].output for _ in range(3)]

    assert outputs == ["run\n", "run\nrun\n", "run\nrun\nrun\n"]


def test_a_clone_has_no_more_history_than_was_asked_for(
    tiny: Repository, runner: GithubRunner
) -> None:
    tiny.append("server.py", "# changed\n")
    tiny.commit()
    whole = {"uses": "actions/checkout@v4", "with": {"fetch-depth": 0}}
    counting = {"run": "git rev-list --count HEAD"}
    jobs = runner.run(
        {"jobs": {"a": {"steps": [_CHECKOUT, counting]}, "b": {"steps": [whole, counting]}}}
    )

    assert [each.steps[1].output for each in jobs.values()] == ["1\n", "2\n"]
    assert Path(jobs["a"].folder / "workspace" / "server.py").exists()
