"""What a CI system is to do: jobs that hand a folder on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class JobKind(StrEnum):
    """What a job is for."""

    BUILD = "build"
    DURATIONS = "durations"
    STAGE = "stage"
    SHARDS = "shards"
    JOIN = "join"
    DEPLOY = "deploy"


@dataclass(frozen=True)
class CiOptions:
    """What is asked of a workflow beside what the pipeline says.

    Attributes:
        python: Version of Python of all jobs, such as ``3.13``.
        install: Command that installs the service, its tests and this package.
        shards: Stage to the number of jobs that share it; count, 2..200.
        deploy: Environments that are deployed to; None for the last one, unless a stage uses it.
        branch: Branch whose pushes are deployed.
        runner: What the jobs run on: a label of GitHub's runners, a tag of GitLab's; empty for
            the default.
        deploy_runner: The same for the jobs that deploy; empty for that of all jobs.
        typed: The options as they were typed, for whoever generates the workflow again.
    """

    python: str
    install: str
    shards: Mapping[str, int] = field(default_factory=dict)
    deploy: tuple[str, ...] | None = None
    branch: str = "main"
    runner: str = ""
    deploy_runner: str = ""
    typed: str = ""


@dataclass(frozen=True)
class CiJob:
    """One job.

    Attributes:
        id: Its name in the workflow, unique there.
        kind: What it is for.
        subject: Name of the stage or the environment; that of the stage that is shared first for
            `DURATIONS`; empty for `BUILD`.
        needs: Ids of the jobs before it whose folders it is handed.
        timeout_minutes: Longest duration, minutes, >= 1.
        shards: Jobs that share the stage, of `SHARDS` and `JOIN`; count; 1 otherwise.
        measures_baseline: Whether its gate compares with the merge base, so that somebody has to
            measure that.
        wants_history: Whether it asks git about earlier commits.
        compares_with: Environment whose last promotion its gate compares with, where a job deploys
            there; empty for none.
    """

    id: str
    kind: JobKind
    subject: str
    needs: tuple[str, ...]
    timeout_minutes: int
    shards: int = 1
    measures_baseline: bool = False
    wants_history: bool = False
    compares_with: str = ""

    @property
    def promotions_of(self) -> str:
        """Environment whose promotions of earlier runs it needs; empty for none."""
        return self.subject if self.kind is JobKind.DEPLOY else self.compares_with


@dataclass(frozen=True)
class CiPlan:
    """A whole workflow.

    Attributes:
        service: Name of the service.
        folder: The service root below the top of its repository; empty for the top itself.
        options: What was asked.
        jobs: The jobs, each after those that it needs.
    """

    service: str
    folder: str
    options: CiOptions
    jobs: tuple[CiJob, ...]

    @property
    def fetches_durations(self) -> CiJob | None:
        """The job that fetches how long tests took in earlier runs: the first; else nothing is cut.

        It is one job, from which all others get the same: shards that go by different durations
        are no shards of one cut.
        """
        return self.jobs[0] if any(each.shards > 1 for each in self.jobs) else None

    @property
    def keeps_durations(self) -> CiJob | None:
        """The job that keeps them for the next run: the last that runs or joins a stage."""
        if self.fetches_durations is None:
            return None
        stages = [each for each in self.jobs if each.kind in (JobKind.STAGE, JobKind.JOIN)]
        return stages[-1]

    def deploying(self, environment: str) -> CiJob:
        """Return the job that deploys to an environment; there is one."""
        return next(
            each
            for each in self.jobs
            if each.kind is JobKind.DEPLOY and each.subject == environment
        )

    def job(self, name: str) -> CiJob:
        """Return a job by its id.

        Raises:
            KeyError: If there is none.
        """
        return {each.id: each for each in self.jobs}[name]
