"""Jobs of a CI system that share nothing but exported folders, and what they are refused for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from tests.acceptance.altered_evidence import resign
from tests.e2e.drills.drill import Drill
from tests.e2e.drills.pipeline_run import PipelineRun
from tests.e2e.drills.repository import Repository
from tests.e2e.workflows.signing import Key

COLUMNS = ("situation", "exit", "reason")
_LONG_AGO = "2026-01-01T00:00:00Z"
_OTHER = "sha256:" + "ab" * 32
_SHOWN = 110


@dataclass(frozen=True)
class Pushes:
    """What two pushes left behind, the second promoted over the first.

    Attributes:
        drill: Where everything is.
        origin: The repository.
        commits: The commits of the pushes.
        exports: For each push a folder with what its jobs exported.
        key: The key of its jobs.
        stranger: A key that nobody trusts.
    """

    drill: Drill
    origin: Repository
    commits: tuple[str, str]
    exports: tuple[Path, Path]
    key: Key
    stranger: Key

    def job(self, name: str, *exported: str, push: int = 0) -> Repository:
        """Return a clean clone of a push that took in what jobs exported.

        Raises:
            AssertionError: If it does not take it in.
        """
        clone = Repository(self.drill.folder / "refused" / name)
        clone.root.parent.mkdir(exist_ok=True)
        self.origin.git("clone", "--quiet", ".", str(clone.root))
        clone.git("checkout", "--quiet", "--detach", self.commits[push])
        folders = [str(self.exports[push] / f"handover.{each}") for each in exported]
        if folders:
            self.demand(self.command(clone, "evidence", "import", *folders))
        return clone

    def command(self, job: Repository, *asked: str) -> PipelineRun:
        """Run ``pytest-pipeline`` as a step of a job."""
        return self._signing().command(job, *asked, within_s=120)

    def pytest(self, job: Repository, *asked: str) -> PipelineRun:
        """Run ``pytest`` as a step of a job."""
        return self._signing().pytest(job, *asked)

    def demand(self, run: PipelineRun) -> None:
        """Demand that a step that prepares went well.

        Raises:
            AssertionError: If it did not.
        """
        assert run.exit_code == 0, run

    def _signing(self) -> Drill:
        secret = {"PYTEST_PIPELINE_KEY": self.key.secret, "CI": "true"}
        return replace(self.drill, environ={**self.drill.environ, **secret})


@dataclass(frozen=True)
class Situation:
    """Something that must not be promoted.

    Attributes:
        name: For people.
        act: Brings it about, and returns what became of the command that has to refuse.
        said: What it has to say; each of them.
    """

    name: str
    act: Callable[[Pushes], PipelineRun]
    said: tuple[str, ...]


@dataclass(frozen=True)
class Refused:
    """What a situation came to."""

    situation: Situation
    run: PipelineRun

    @property
    def row(self) -> tuple[object, ...]:
        """The outcome as a row of a table."""
        lines = [" ".join(each.split()) for each in self.run.output.splitlines()]
        reason = next((each for each in lines if self.situation.said[0] in each), self.run.one_line)
        return (self.situation.name, self.run.exit_code, reason[:_SHOWN])

    def check(self) -> None:
        """Hold it against what has to be.

        Raises:
            AssertionError: If something is not.
        """
        assert self.run.exit_code == 22, f"{self.situation.name}: {self.run}"
        for text in self.situation.said:
            assert text in self.run.one_line, f"{self.situation.name}: no {text!r} in {self.run}"


def _without_a_shard(pushes: Pushes) -> PipelineRun:
    job = pushes.job("shard", "unit-shard.1")
    return pushes.command(job, "join", "unit", "--shards", "2")


def _with_another_revision(pushes: Pushes) -> PipelineRun:
    other = pushes.job("other-revision")
    other.append("orders/app.py", "# changed in one job alone\n")
    pushes.demand(pushes.pytest(other, "--pipeline-stage=unit"))
    folder = pushes.drill.folder / "refused" / "exported"
    pushes.demand(pushes.command(other, "evidence", "export", str(folder)))
    job = pushes.job("revision")
    pushes.demand(pushes.command(job, "evidence", "import", str(folder)))
    return pushes.pytest(job, "--pipeline-stage=component")


def _altered(
    name: str, stage: str, *, sign: str = "key", **changes: object
) -> Callable[[Pushes], PipelineRun]:
    """Return what deploys with evidence that was altered between the jobs."""

    def act(pushes: Pushes) -> PipelineRun:
        job = pushes.job(name, "performance")
        resign(job, stage, getattr(pushes, sign) if sign else None, **changes)
        return pushes.command(job, "deploy", "production")

    return act


def _replayed(pushes: Pushes) -> PipelineRun:
    job = pushes.job("replayed", "performance")
    promoted = pushes.exports[1] / "handover.deploy-production"
    pushes.demand(pushes.command(job, "evidence", "import", str(promoted)))
    return pushes.command(job, "deploy", "production")


SITUATIONS = (
    Situation("one shard removed", _without_a_shard, ("shard 2/2 of unit is missing",)),
    Situation(
        "one job on another revision",
        _with_another_revision,
        ("stage unit was tested on another revision", "orders/app.py"),
    ),
    Situation(
        "another artifact",
        _altered("artifact", "e2e", artifact=_OTHER),
        ("stage e2e was tested on another artifact",),
    ),
    Situation(
        "another policy",
        _altered("policy", "performance", policy=_OTHER),
        ("the gate of stage performance was changed since it was judged",),
    ),
    Situation(
        "evidence too old",
        _altered("old", "component", created=_LONG_AGO),
        ("stage component was judged", "and evidence counts for 1 day"),
    ),
    Situation(
        "unknown signer",
        _altered("stranger", "integration", sign="stranger"),
        ("the evidence of stage integration is signed by the key", "which nobody trusts here"),
    ),
    Situation(
        "unsigned in CI",
        _altered("unsigned", "unit", sign=""),
        ("the evidence of stage unit is not signed",),
    ),
    Situation("replayed older evidence", _replayed, ("older than what production serves",)),
)
