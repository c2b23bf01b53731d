"""The commands of jobs, the same in every CI system."""

from __future__ import annotations

from pytest_pipeline.domain.ci_plans import CiJob, JobKind
from pytest_pipeline.engine.evidence_layout import DURATIONS, safe_name

#: Where it stands how long tests took, in the service root.
DURATIONS_FOLDER = f".pipeline/{DURATIONS}"


def work(job: CiJob, *, shard: str, reports: str) -> str:
    """Return the command that does what a job is for.

    Args:
        job: The job.
        shard: What the system says for K/N of a job that shares its stage.
        reports: Folder for reports, as the shell reads it.
    """
    match job.kind:
        case JobKind.BUILD:
            return "pytest-pipeline build"
        case (
            JobKind.DURATIONS
        ):  # before the first run there are none, and CI systems keep no folder
            file = f"{DURATIONS_FOLDER}/{safe_name(job.subject)}.json"
            return f"mkdir -p {DURATIONS_FOLDER}\n[ -e {file} ] || printf '{{}}' > {file}"
        case JobKind.JOIN:
            return f"pytest-pipeline join {job.subject} --shards {job.shards}"
        case JobKind.DEPLOY:
            return f"pytest-pipeline deploy {job.subject} --summary {_file(reports, 'deploy.json')}"
        case JobKind.STAGE | JobKind.SHARDS:
            shared = f" --pipeline-shard={shard}" if job.kind is JobKind.SHARDS else ""
            written = (
                f" --junitxml={_file(reports, f'{job.subject}.xml')}"
                f" --pipeline-report={_file(reports, f'{job.subject}.html')}"
            )
            return f"pytest --pipeline-stage={job.subject}{shared}{written}"


def baseline(job: CiJob) -> str:
    """Return the command that measures what a gate compares with."""
    return f"pytest-pipeline gates baseline {job.subject}"


def _file(folder: str, name: str) -> str:
    """Return a file in a folder, which may end in the quote of a shell."""
    return f"{folder[:-1]}/{name}{folder[-1]}" if folder.endswith('"') else f"{folder}/{name}"
