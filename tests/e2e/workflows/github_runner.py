"""A runner of GitHub's: each job in a clean clone of its own, each step in a shell of its own."""

from __future__ import annotations

import itertools
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.e2e.drills.waiting import now_s
from tests.e2e.workflows.actions import ActionFailedError, Hub
from tests.e2e.workflows.expressions import filled, holds

_LONGEST_STEP_S = 300.0


@dataclass(frozen=True)
class StepRun:
    """What a step came to.

    Attributes:
        name: Its name, or the action that it uses.
        outcome: ``success``, ``failure`` or ``skipped``.
        exit_code: Of its shell; 0 without one.
        output: What it wrote.
        duration_s: How long it took, seconds.
    """

    name: str
    outcome: str
    exit_code: int = 0
    output: str = ""
    duration_s: float = 0.0


@dataclass
class JobRun:
    """What a job came to.

    Attributes:
        name: Its id, with the number of the shard.
        folder: Its place; the clone is in ``workspace``.
        steps: Its steps.
    """

    name: str
    folder: Path
    steps: list[StepRun] = field(default_factory=list)

    @property
    def result(self) -> str:
        """``success``, ``failure`` or ``skipped``."""
        outcomes = {each.outcome for each in self.steps}
        return "failure" if "failure" in outcomes else "success" if self.steps else "skipped"

    @property
    def failed(self) -> StepRun | None:
        """The first step that failed."""
        return next((each for each in self.steps if each.outcome == "failure"), None)

    def __str__(self) -> str:
        """Return what people need to see when a test failed."""
        shown = (f"- {each.name}: {each.outcome}\n{each.output}" for each in self.steps)
        return f"{self.name}: {self.result}\n" + "\n".join(shown)


@dataclass(frozen=True)
class GithubRunner:
    """Runs workflows.

    Attributes:
        hub: What jobs share.
        folder: Where each job gets a folder.
        environ: Environment variables of the machine.
        secrets: The secrets of the repository.
        event: What the workflow runs for.
    """

    hub: Hub
    folder: Path
    environ: Mapping[str, str]
    secrets: Mapping[str, str] = field(default_factory=dict)
    event: str = "push"
    _runs: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def run(self, workflow: Mapping[str, Any]) -> dict[str, JobRun]:
        """Run a workflow; return its jobs, in the order in which they ran."""
        run, results, ran = str(next(self._runs)), dict[str, str](), dict[str, JobRun]()
        github = {"event_name": self.event, "ref": "refs/heads/main", "run_id": run}
        known = {"github": {**github, "run_attempt": "1"}, "secrets": self.secrets}
        directory = workflow.get("defaults", {}).get("run", {}).get("working-directory", ".")
        for name, job in workflow["jobs"].items():
            needs = {each: {"result": results[each]} for each in job.get("needs", ())}
            well = all(each == "success" for each in results.values())
            wanted = holds(str(job.get("if", "")), {**known, "needs": needs}, success=well)
            shards = job.get("strategy", {}).get("matrix", {}).get("shard", [""])
            of_job = []
            for shard in shards:
                made = JobRun(f"{name}.{shard}".rstrip("."), self.folder / run / f"{name}{shard}")
                if wanted:
                    self._do(job, made, directory, {**known, "matrix": {"shard": shard}})
                ran[made.name] = made
                of_job.append(made.result)
            results[name] = min(of_job, key=["failure", "skipped", "success"].index)
        return ran

    def _do(
        self, job: Mapping[str, Any], made: JobRun, directory: str, known: dict[str, Any]
    ) -> None:
        workspace, temporary = made.folder / "workspace", made.folder / "temporary"
        workspace.mkdir(parents=True)
        temporary.mkdir()
        known = {**known, "runner": {"temp": str(temporary)}, "steps": {}}
        for step in job["steps"]:
            well = made.result != "failure"
            if holds(str(step.get("if", "")), known, success=well):
                done = self._step(step, made, directory, known)
            else:
                done = StepRun(_named(step), "skipped")
            made.steps.append(done)
            if "id" in step:
                known["steps"][step["id"]] = {"outcome": done.outcome}

    def _step(
        self, step: Mapping[str, Any], made: JobRun, directory: str, known: Mapping[str, Any]
    ) -> StepRun:
        began_s, workspace = now_s(), made.folder / "workspace"
        if "uses" in step:
            given = {name: filled(str(text), known) for name, text in step["with"].items()}
            try:
                self.hub.do(step["uses"], given, workspace)
            except ActionFailedError as error:
                return StepRun(_named(step), "failure", 1, str(error), now_s() - began_s)
            return StepRun(_named(step), "success", duration_s=now_s() - began_s)
        script = made.folder / f"step-{len(made.steps)}.sh"
        script.write_text(filled(step["run"], known), encoding="utf-8")
        variables = {name: filled(text, known) for name, text in step.get("env", {}).items()}
        log = script.with_suffix(".log")
        with log.open("wb") as written:  # what is deployed would hold a pipe open
            done = subprocess.run(
                ["bash", "-e", str(script)],
                cwd=workspace / directory,
                env={**self.environ, **_of_github(made.folder), **variables},
                stdin=subprocess.DEVNULL,
                stdout=written,
                stderr=subprocess.STDOUT,
                timeout=_LONGEST_STEP_S,
                check=False,
            )
        outcome = "failure" if done.returncode else "success"
        output = log.read_text(encoding="utf-8", errors="replace")
        return StepRun(_named(step), outcome, done.returncode, output, now_s() - began_s)


def _named(step: Mapping[str, Any]) -> str:
    return str(step.get("name") or step.get("uses") or step["run"])


def _of_github(folder: Path) -> dict[str, str]:
    """Return the variables that GitHub sets, as far as anybody here reads them."""
    return {
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
        "GITHUB_WORKSPACE": str(folder / "workspace"),
        "RUNNER_TEMP": str(folder / "temporary"),
    }
