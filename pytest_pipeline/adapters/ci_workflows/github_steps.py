"""The steps of GitHub's jobs, each as lines of YAML."""

from __future__ import annotations

from pytest_pipeline.adapters.ci_workflows.commands import DURATIONS_FOLDER, baseline, work
from pytest_pipeline.adapters.ci_workflows.yaml_text import command as written
from pytest_pipeline.adapters.ci_workflows.yaml_text import scalar
from pytest_pipeline.domain.ci_plans import CiJob, CiPlan, JobKind

#: Outside of the checkout, where it cannot count to the revision; in a shell, and elsewhere.
_TEMP, _TEMP_OUTSIDE = "$RUNNER_TEMP", "${{ runner.temp }}"
_ARTIFACTS = ".pipeline/artifacts"
_SHARD = "${{ matrix.shard }}"
_THIS_RUN = "${{ github.run_id }}-${{ github.run_attempt }}"
#: What hands over nothing that anybody vouches for: what is tested is what it is.
_UNVOUCHED = (JobKind.BUILD, JobKind.DURATIONS)

Step = list[str]


def steps_of(plan: CiPlan, job: CiJob) -> list[Step]:
    """Return the steps of a job, in order."""
    steps = _set_up(plan, job)
    for name in job.needs:
        steps += _take(plan.job(name))
    if job.promotions_of:
        steps += _take_promotions(plan, job)
    if job.measures_baseline:
        steps.append(_run("Measure the merge base", baseline(job)))
    steps += [_work(job), _hand_over(job), _upload(job)]
    if job is plan.keeps_durations:
        steps.append(_keep_durations(plan))
    if job.kind is JobKind.DEPLOY:
        steps += _keep_promotions(plan, job)
    if job.kind in (JobKind.STAGE, JobKind.SHARDS, JobKind.DEPLOY):
        steps.append(_upload_reports(job))
    return steps


def _set_up(plan: CiPlan, job: CiJob) -> list[Step]:
    steps = [_checkout(job)]
    if job.kind is not JobKind.DURATIONS:
        steps += [_python(plan), _run("Install", plan.options.install)]
    if job is plan.fetches_durations:
        steps.append(_fetch_durations(plan))
    return steps


def _checkout(job: CiJob) -> Step:
    lines = ["- uses: actions/checkout@v4", "  with:", "    persist-credentials: false"]
    if job.wants_history:
        lines.append("    fetch-depth: 0 # what was before this commit is asked of git")
    if job.kind is JobKind.DEPLOY:
        lines.append("    clean: false # .pipeline/ says what serves on a runner of one's own")
    return lines


def _python(plan: CiPlan) -> Step:
    return [
        "- uses: actions/setup-python@v5",
        "  with:",
        f"    python-version: {scalar(plan.options.python)}",
    ]


def _run(name: str, command: str, *more: str) -> Step:
    lines = [*more, *written("run:", command)]
    return [f"- name: {scalar(name)}", *(f"  {each}" for each in lines)]


def _signing(name: str, command: str, *more: str, env: tuple[str, ...] = ()) -> Step:
    """Return a step that has the private key.

    ``exec``, because a shell that waited would keep the key in its environment for all to read.
    """
    variables = ("PYTEST_PIPELINE_KEY: ${{ secrets.PYTEST_PIPELINE_KEY }}", *env)
    return _run(name, f"exec {command}", *more, "env:", *(f"  {each}" for each in variables))


def _take(job: CiJob) -> list[Step]:
    """Return the steps that import what a job exported."""
    if job.kind is not JobKind.SHARDS:
        folder = f"handover/{job.id}"
        download = _action("download-artifact@v4", name=f"handover.{job.id}", path=_outside(folder))
        if job.kind in _UNVOUCHED:
            copying = f'mkdir -p .pipeline && cp -r "{_TEMP}/{folder}/." .pipeline'
            return [download, _run(f"Take what {job.id} handed over", copying)]
        return [download, _import(job.id, f'"{_TEMP}/{folder}"')]
    # a pattern, so that it is the join that says which shard is missing
    download = _action(
        "download-artifact@v4", pattern=f"handover.{job.id}.*", path=_outside("handover")
    )
    return [download, _import(job.id, f'"{_TEMP}"/handover/handover.{job.id}.*')]


def _import(what: str, folder: str) -> Step:
    return _run(f"Import what {what} handed over", f"pytest-pipeline evidence import {folder}")


def _work(job: CiJob) -> Step:
    command = work(job, shard=f"{_SHARD}/{job.shards}", reports=f'"{_TEMP}/reports"')
    match job.kind:
        case JobKind.BUILD:
            return _run("Build", command)
        case JobKind.DURATIONS:
            return _run("Have durations to hand over", command)
        case JobKind.SHARDS:
            return _signing(f"Run its share of stage {job.subject}", command)
        case JobKind.JOIN:
            return _signing(f"Judge stage {job.subject}", command)
        case JobKind.STAGE:
            return _signing(f"Run stage {job.subject}", command)
        case JobKind.DEPLOY:
            # the runner would end at the job's end whatever carries its variable
            left = 'RUNNER_TRACKING_ID: "" # what serves outlives the job'
            return _signing(f"Deploy to {job.subject}", command, "id: deploy", env=(left,))


def _hand_over(job: CiJob) -> Step:
    if job.kind in _UNVOUCHED:
        exported = f'"{_TEMP}/handover/exported"'
        folders = f"{_ARTIFACTS} " * (job.kind is JobKind.BUILD) + DURATIONS_FOLDER
        copying = f"mkdir -p {exported} {DURATIONS_FOLDER}\ncp -r {folders} {exported}"
        return _run("Hand over", copying)
    when = (f"if: {_deployed(job)}",) if job.kind is JobKind.DEPLOY else ()
    command = f'pytest-pipeline evidence export "{_TEMP}/handover/exported"'
    return _signing("Export", command, *when)


def _upload(job: CiJob) -> Step:
    name = f"handover.{job.id}" + (f".{_SHARD}" if job.kind is JobKind.SHARDS else "")
    when = _deployed(job) if job.kind is JobKind.DEPLOY else ""
    return _action(
        "upload-artifact@v4",
        when,
        name=name,
        path=_outside("handover/exported"),
        if_no_files_found="error",
        overwrite="true",
    )


def _upload_reports(job: CiJob) -> Step:
    name = f"reports.{job.id}" + (f".{_SHARD}" if job.kind is JobKind.SHARDS else "")
    return _action(
        "upload-artifact@v4",
        "always()",
        name=name,
        path=_outside("reports"),
        if_no_files_found="ignore",
        overwrite="true",
    )


def _fetch_durations(plan: CiPlan) -> Step:
    key = f"{plan.service}-durations-"
    return [
        "# How long tests took in earlier runs: this job alone fetches it and hands it on, so that",
        "# all shards are cut by the same.",
        *_action(
            "cache/restore@v4",
            path=_durations(plan),
            key=f"{key}{_THIS_RUN}",
            restore_keys=key,
        ),
    ]


def _keep_durations(plan: CiPlan) -> Step:
    key = f"{plan.service}-durations-{_THIS_RUN}"
    return _action("cache/save@v4", path=_durations(plan), key=key)


def _durations(plan: CiPlan) -> str:
    """Return the folder from the top of the checkout, where actions look for it."""
    return f"{plan.folder}/{DURATIONS_FOLDER}" if plan.folder else DURATIONS_FOLDER


def _take_promotions(plan: CiPlan, job: CiJob) -> list[Step]:
    """Return the steps that import the promotions before this one, where there were any."""
    kept = f"promotions-{job.promotions_of}"
    keeper = plan.deploying(job.promotions_of)
    restore = [
        "# The chain of promotions goes from run to run: it says what serves, and what was",
        "# demanded for it. GitHub drops a cache that nobody used for a week; the artifact",
        f"# handover.{keeper.id} of the last run has the same content, for longer.",
        *_action(
            "cache/restore@v4",
            path=_outside(kept),
            key=_cache_key(plan, job),
            restore_keys=f"{plan.service}-promotions-{job.promotions_of}-",
        ),
    ]
    script = (
        f'if [ -d "{_TEMP}/{kept}" ]; then\n'
        f'  pytest-pipeline evidence import "{_TEMP}/{kept}"\n'
        f'  rm -r "{_TEMP}/{kept}"\n'
        "fi"
    )
    return [restore, _run("Import the promotions before this one", script)]


def _keep_promotions(plan: CiPlan, job: CiJob) -> list[Step]:
    kept = f"promotions-{job.subject}"
    move = _run(
        "Keep the promotions for the next run",
        f'mv "{_TEMP}/handover/exported" "{_TEMP}/{kept}"',
        f"if: {_deployed(job)}",
    )
    save = _action("cache/save@v4", _deployed(job), path=_outside(kept), key=_cache_key(plan, job))
    return [move, save]


def _cache_key(plan: CiPlan, job: CiJob) -> str:
    return f"{plan.service}-promotions-{job.promotions_of}-{_THIS_RUN}"


def _deployed(job: CiJob) -> str:
    """Return the condition of having tried: a release may serve though the exit code is not 0."""
    assert job.kind is JobKind.DEPLOY  # noqa: S101 - nothing else has the step
    return "${{ !cancelled() && steps.deploy.outcome != 'skipped' }}"


def _action(action: str, when: str = "", /, **arguments: str) -> Step:
    condition = [f"  if: {when}"] if when else []
    given = [f"    {key.replace('_', '-')}: {_value(value)}" for key, value in arguments.items()]
    return [f"- uses: actions/{action}", *condition, "  with:", *given]


def _value(text: str) -> str:
    return text if text == "true" else scalar(text)


def _outside(folder: str) -> str:
    return f"{_TEMP_OUTSIDE}/{folder}"
