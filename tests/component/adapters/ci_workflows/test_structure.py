"""What a schema cannot know: jobs get what others handed over, deployments wait for their turn."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

import pytest
import yaml

from tests.component.adapters.ci_workflows.conftest import Generate
from tests.component.adapters.ci_workflows.pipelines import KINDS

_ALL = pytest.mark.parametrize("kind", KINDS)
#: Keys of a GitLab file that are no jobs.
_NO_JOBS = {"stages", "workflow", "default"}


def github_jobs(text: str) -> dict[str, dict[str, Any]]:
    jobs: dict[str, dict[str, Any]] = yaml.safe_load(text)["jobs"]
    return jobs


def gitlab_jobs(text: str) -> dict[str, dict[str, Any]]:
    return {name: job for name, job in yaml.safe_load(text).items() if name not in _NO_JOBS}


def uses(job: dict[str, Any], action: str) -> list[dict[str, Any]]:
    """Return the arguments of an action in a job."""
    return [
        step["with"]
        for step in job["steps"]
        if step.get("uses", "").startswith(f"actions/{action}@")
    ]


def uploaded(job: dict[str, Any]) -> list[str]:
    """Return the names of a job's artifacts, with those of each shard."""
    shards = job.get("strategy", {}).get("matrix", {}).get("shard", [0])
    return [
        each["name"].replace("${{ matrix.shard }}", str(shard))
        for each in uses(job, "upload-artifact")
        for shard in shards
    ]


@_ALL
def test_every_job_on_github_needs_jobs_before_it(generate: Generate, kind: str) -> None:
    jobs = github_jobs(generate("github", kind))
    names = [str(each) for each in jobs]

    assert names == list(jobs), "a name is read as something else"
    for name, job in jobs.items():
        assert set(job.get("needs", ())) <= set(names[: names.index(name)])
    assert [name for name, job in jobs.items() if not job.get("needs")] == names[:1]


@_ALL
def test_what_is_downloaded_was_uploaded_by_a_needed_job_alone(
    generate: Generate, kind: str
) -> None:
    jobs = github_jobs(generate("github", kind))
    everything = [name for job in jobs.values() for name in uploaded(job)]

    assert len(set(everything)) == len(everything)
    for job in jobs.values():
        wanted = {each.get("name") or each["pattern"] for each in uses(job, "download-artifact")}
        found = {each for each in everything for name in wanted if fnmatchcase(each, name)}
        passed = {name for need in job.get("needs", ()) for name in uploaded(jobs[need])}
        assert len(wanted) == len(job.get("needs", ()))
        assert found == {each for each in passed if each.startswith("handover.")}


@_ALL
def test_what_is_imported_is_what_was_downloaded(generate: Generate, kind: str) -> None:
    jobs = github_jobs(generate("github", kind))
    copied = {f"handover.{name}" for name, job in jobs.items() if "evidence export" not in str(job)}

    for job in jobs.values():
        imported = " ".join(step.get("run", "") for step in job["steps"]).replace('"', "")
        for each in uses(job, "download-artifact"):
            place = each["path"].replace("${{ runner.temp }}", "$RUNNER_TEMP")
            below = f"/{each['pattern']}" if "pattern" in each else ""
            how = "evidence import" if each.get("name") not in copied else "cp -r"
            assert f"{how} {place}{below}" in imported


@_ALL
def test_every_job_on_gitlab_needs_jobs_of_its_column_or_one_before(
    generate: Generate, kind: str
) -> None:
    text = generate("gitlab", kind)
    columns, jobs = yaml.safe_load(text)["stages"], gitlab_jobs(text)

    assert all(isinstance(each, str) for each in [*columns, *jobs])
    assert set(columns) == {job["stage"] for job in jobs.values()}
    for name, job in jobs.items():
        for need in job["needs"]:
            assert list(jobs).index(need) < list(jobs).index(name)
            assert columns.index(jobs[need]["stage"]) <= columns.index(job["stage"])


@_ALL
def test_what_gitlab_imports_a_needed_job_exported_and_kept(generate: Generate, kind: str) -> None:
    jobs = gitlab_jobs(generate("gitlab", kind))
    folder = "" if KINDS[kind].folder == "." else f"{KINDS[kind].folder}/"
    copied = {
        name: [".pipeline/durations", *[".pipeline/artifacts"] * ("build" in job["script"][0])]
        for name, job in jobs.items()
        if "evidence export" not in str(job)
    }

    for name, job in jobs.items():
        exports = [each.split()[-1] for each in job["script"] if "evidence export" in each]
        assert len(exports) == (name not in copied)
        for export in exports or copied[name]:
            assert f"{folder}{export}/" in job["artifacts"]["paths"]
        imports = {
            each.split()[-1] for each in job["script"] if each.startswith("pytest-pipeline ev")
        }
        assert imports == {
            f".pipeline/handover/{need}" + (".*" if "parallel" in jobs[need] else "")
            for need in job["needs"]
            if need not in copied
        }, name


@_ALL
def test_deployments_take_turns_and_wait_for_pushes(generate: Generate, kind: str) -> None:
    jobs = github_jobs(generate("github", kind))
    deploying = {name: job for name, job in jobs.items() if "environment" in job}

    for job in deploying.values():
        assert job["if"] == "github.event_name == 'push'"
        assert job["concurrency"]["cancel-in-progress"] is False
        assert job["concurrency"]["group"].endswith(f"-deploy-{job['environment']}")
        assert uses(job, "checkout")[0]["fetch-depth"] == 0
    groups = [job["concurrency"]["group"] for job in deploying.values()]
    assert len(set(groups)) == len(groups)
    without = ("nothing configured", "five stages, nothing deployed", "shards, nothing built")
    assert bool(deploying) == (kind not in without)


@pytest.mark.parametrize("system", ["github", "gitlab"])
def test_who_compares_with_the_merge_base_has_the_history_and_measures_it(
    generate: Generate, system: str
) -> None:
    text = generate(system, "merge base")
    jobs = github_jobs(text) if system == "github" else gitlab_jobs(text)
    whole = {name for name, job in jobs.items() if "0" in str(_depth(job))}
    measured = {name for name, job in jobs.items() if f"gates baseline {name}" in str(job)}

    assert whole == {"unit", "component", "integration", "deploy-production"}
    assert measured == {"unit", "component"}
    assert "release/2.x" in text


def test_who_compares_with_what_serves_gets_the_promotions_before_that_is_replaced(
    generate: Generate,
) -> None:
    github = github_jobs(generate("github", "stable"))
    gitlab = gitlab_jobs(generate("gitlab", "stable"))
    kept = "promotions-staging"
    taking = [name for name, job in github.items() if _restores(job, kept)]
    caching = {
        name: [each.get("policy") for each in _cached(job) if each["key"].endswith(kept)]
        for name, job in gitlab.items()
        if kept in str(job)
    }

    assert taking == ["e2e", "performance", "deploy-staging"]
    assert caching == {"e2e": ["pull"], "performance": ["pull"], "deploy-staging": [None]}
    assert len(_cached(gitlab["performance"])) == 2, "with how long tests took"
    for name in taking:
        assert f'evidence import "$RUNNER_TEMP/{kept}"' in str(github[name])
        assert "evidence import .pipeline/kept/staging;" in str(gitlab[name]["script"])
    assert github["deploy-staging"]["needs"] == gitlab["deploy-staging"]["needs"] == ["performance"]


def _restores(job: dict[str, Any], kept: str) -> bool:
    return any(each["path"].endswith(kept) for each in uses(job, "cache/restore"))


def _cached(job: dict[str, Any]) -> list[dict[str, Any]]:
    found = job.get("cache", [])
    return [found] if isinstance(found, dict) else list(found)


def _depth(job: dict[str, Any]) -> object:
    if "steps" in job:
        return uses(job, "checkout")[0].get("fetch-depth")
    return job.get("variables", {}).get("GIT_DEPTH")


def test_shards_are_as_many_as_asked_for(generate: Generate) -> None:
    text = generate("github", "shards")
    jobs = github_jobs(text)

    assert jobs["unit-shard"]["strategy"]["matrix"] == {"shard": [1, 2]}
    assert len(jobs["e2e-shard"]["strategy"]["matrix"]["shard"]) == 5
    assert "--pipeline-shard=${{ matrix.shard }}/5" in str(jobs["e2e-shard"])
    assert jobs["unit-shard"]["strategy"]["fail-fast"] is False


@pytest.mark.parametrize(
    ("kind", "first", "last"),
    [
        ("shards", "build", "performance"),
        ("shards, nothing built", "durations", "unit"),
        ("five stages", None, None),
    ],
)
def test_durations_go_from_run_to_run_by_one_job_that_fetches_and_one_that_keeps_them(
    generate: Generate, kind: str, first: str | None, last: str | None
) -> None:
    github = github_jobs(generate("github", kind))
    folder = "" if KINDS[kind].folder == "." else f"{KINDS[kind].folder}/"
    path = f"{folder}.pipeline/durations"
    fetching = [name for name, job in github.items() if _caches(job, "cache/restore", path)]
    keeping = [name for name, job in github.items() if _caches(job, "cache/save", path)]
    policies = {
        name: job["cache"]["policy"]
        for name, job in gitlab_jobs(generate("gitlab", kind)).items()
        if job.get("cache", {}).get("paths") == [f"{path}/"]
    }

    assert fetching == ([first] if first else [])
    assert keeping == ([last] if last else [])
    assert policies == ({first: "pull", last: "push"} if first else {})


def _caches(job: dict[str, Any], action: str, path: str) -> bool:
    return any(each["path"] == path for each in uses(job, action))


@pytest.mark.parametrize("system", ["github", "gitlab"])
@_ALL
def test_the_same_is_generated_again(generate: Generate, system: str, kind: str) -> None:
    text = generate(system, kind)

    assert text.endswith("\n")
    assert "\t" not in text
    assert not [line for line in text.splitlines() if line != line.rstrip()]
