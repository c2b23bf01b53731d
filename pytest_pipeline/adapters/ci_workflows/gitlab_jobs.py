"""The jobs of GitLab, each as lines of YAML."""

from __future__ import annotations

import shlex

from pytest_pipeline.adapters.ci_workflows.commands import DURATIONS_FOLDER, baseline, work
from pytest_pipeline.adapters.ci_workflows.yaml_text import command as written
from pytest_pipeline.adapters.ci_workflows.yaml_text import scalar
from pytest_pipeline.domain.ci_plans import CiJob, CiPlan, JobKind

#: Below `.pipeline/`, which never counts to the revision: artifacts must lie in the checkout.
_HANDOVER, _REPORTS, _KEPT = ".pipeline/handover", ".pipeline/ci", ".pipeline/kept"
_ARTIFACTS = ".pipeline/artifacts"
_CLEANING = "-ffdx -e **/.pipeline/* -e !**/.pipeline/handover"
_SHARD = "$CI_NODE_INDEX"
#: What hands over nothing that anybody vouches for, at its place in the checkout.
_UNVOUCHED = (JobKind.BUILD, JobKind.DURATIONS)


def job_lines(plan: CiPlan, job: CiJob) -> list[str]:
    """Return a job."""
    deploys = job.kind is JobKind.DEPLOY
    lines = [f"{job.id}:", f"  stage: {scalar(column(plan, job))}", *_needs(job)]
    lines.append(f"  timeout: {job.timeout_minutes} minutes")
    if job.kind is JobKind.SHARDS:
        lines.append(f"  parallel: {job.shards}")
    lines += [*_rules(plan, job), *_variables(job)]
    lines += _deployment(plan, job) if deploys else []
    lines += [*_caches(plan, job), *_without_setting_up(plan, job)]
    lines.append("  script:")
    for each in _script(plan, job):
        lines += [f"    {line}" for line in written("-", each)]
    return [*lines, *_artifacts(plan, job)]


def column(plan: CiPlan, job: CiJob) -> str:
    """Return what GitLab calls the stage of a job: all jobs of one share a column."""
    if job.kind is not JobKind.SHARDS:
        return job.id
    return next(
        each.id for each in plan.jobs if each.kind is JobKind.JOIN and each.subject == job.subject
    )


def _needs(job: CiJob) -> list[str]:
    if not job.needs:
        return ["  needs: []"]
    return ["  needs:", *(f"    - {each}" for each in job.needs)]


def _rules(plan: CiPlan, job: CiJob) -> list[str]:
    if job.kind is JobKind.DEPLOY:
        branch = scalar(f'$CI_COMMIT_BRANCH == "{plan.options.branch}"')
        return ["  rules:", f"    - if: {branch}"]
    if job.kind is JobKind.JOIN:
        return [
            "  # also after a shard that failed: it says what the stage came to as a whole",
            "  rules:",
            "    - when: always",
        ]
    return []


def _variables(job: CiJob) -> list[str]:
    found = []
    if job.wants_history:
        found.append('    GIT_DEPTH: "0" # what was before this commit is asked of git')
    if job.kind is JobKind.DEPLOY:
        found += [
            "    # .pipeline/ says what serves on a runner of one's own; handovers are not kept",
            f"    GIT_CLEAN_FLAGS: {scalar(_CLEANING)}",
        ]
    return ["  variables:", *found] if found else []


def _caches(plan: CiPlan, job: CiJob) -> list[str]:
    """Return what goes from pipeline to pipeline."""
    found = [each for each in (_durations(plan, job), _promotions(plan, job)) if each[1]]
    lines = [f"  {each}" for why, _ in found for each in why]
    if not found:
        return []
    if len(found) == 1:
        return [*lines, "  cache:", *(f"    {each}" for each in found[0][1])]
    items = [
        f"    {'  ' if index else '- '}{line}"
        for _, cache in found
        for index, line in enumerate(cache)
    ]
    return [*lines, "  cache:", *items]


def _durations(plan: CiPlan, job: CiJob) -> tuple[list[str], list[str]]:
    """Return what carries it from pipeline to pipeline how long tests took, and why."""
    if job not in (plan.fetches_durations, plan.keeps_durations):
        return [], []
    fetches = job is plan.fetches_durations
    why = [
        "# How long tests took before: this job alone fetches it and hands it on, so that all",
        "# shards are cut by the same.",
    ]
    cache = [
        f"key: {scalar(f'{plan.service}-durations')}",
        f"policy: {'pull' if fetches else 'push'}",
        "paths:",
        f"  - {_path(plan, DURATIONS_FOLDER)}/",
    ]
    return why if fetches else [], cache


def _promotions(plan: CiPlan, job: CiJob) -> tuple[list[str], list[str]]:
    """Return what carries promotions from pipeline to pipeline, and why."""
    if not job.promotions_of:
        return [], []
    deploys = job.kind is JobKind.DEPLOY
    why = [
        "# The chain of promotions goes from pipeline to pipeline: it says what serves, and what",
        "# was demanded for it. Without a cache shared by your runners, hand on the artifacts of",
        "# the last deployment instead: they have the same content.",
    ]
    cache = [
        f"key: {scalar(f'{plan.service}-promotions-{job.promotions_of}')}",
        "when: always" if deploys else "policy: pull",
        "paths:",
        f"  - {_path(plan, _KEPT, job.promotions_of)}/",
    ]
    return why, cache


def _without_setting_up(plan: CiPlan, job: CiJob) -> list[str]:
    """Return what takes the place of installing, for a job that needs nothing installed."""
    if job.kind is not JobKind.DURATIONS:
        return []
    if not plan.folder:
        return ["  before_script: []"]
    return ["  before_script:", f"    - {scalar(f'cd {shlex.quote(plan.folder)}')}"]


def _deployment(plan: CiPlan, job: CiJob) -> list[str]:
    """Return what only a deployment has."""
    options = plan.options
    return [
        f"  # {job.subject} goes on serving on the machine that this job runs on.",
        *(["  tags:", f"    - {scalar(options.deploy_runner)}"] if options.deploy_runner else []),
        "  interruptible: false",
        "  environment:",
        f"    name: {scalar(job.subject)}",
        f"  resource_group: {scalar(f'{plan.service}-{job.subject}')}",
    ]


def _script(plan: CiPlan, job: CiJob) -> list[str]:
    before = [plan.job(each) for each in job.needs]
    commands = [
        f"pytest-pipeline evidence import {_exports(each)}"
        for each in before
        if each.kind not in _UNVOUCHED
    ]
    shard = f"{_SHARD}/$CI_NODE_TOTAL"
    doing = f"signing {work(job, shard=shard, reports=_REPORTS)}"
    export = f"{_HANDOVER}/{_export(job)}"
    if job.promotions_of:
        kept = f"{_KEPT}/{job.promotions_of}"
        commands.append(f"if [ -d {kept} ]; then pytest-pipeline evidence import {kept}; fi")
    if job.measures_baseline:
        commands.append(baseline(job))
    if job.kind in _UNVOUCHED:
        return [doing.removeprefix("signing ")]
    if job.kind is JobKind.DEPLOY:
        return [*commands, *_deploying(job, doing, export)]
    return [*commands, doing, f"signing pytest-pipeline evidence export {export}"]


def _deploying(job: CiJob, doing: str, export: str) -> list[str]:
    """Return the commands of a deployment, which exports whatever the exit code is.

    A release may serve though it is not 0.
    """
    kept = f"{_KEPT}/{job.subject}"
    return [
        f"code=0; {doing} || code=$?",
        f"signing pytest-pipeline evidence export {export}",
        f"mkdir -p {_KEPT} && rm -rf {kept} && cp -r {export} {kept}",
        "exit $code",
    ]


def _export(job: CiJob) -> str:
    """Return the name of the folder that a job exports."""
    return f"{job.id}.{_SHARD}" if job.kind is JobKind.SHARDS else job.id


def _exports(job: CiJob) -> str:
    """Return the folders that a job exported."""
    return f"{_HANDOVER}/{job.id}" + (".*" if job.kind is JobKind.SHARDS else "")


def _artifacts(plan: CiPlan, job: CiJob) -> list[str]:
    lines = ["  artifacts:", "    when: always", "    paths:"]
    lines += [f"      - {_path(plan, each)}/" for each in _handed(job)]
    if job.kind in (*_UNVOUCHED, JobKind.JOIN):
        return lines
    lines.append(f"      - {_path(plan, _REPORTS)}/")
    if job.kind is JobKind.DEPLOY:
        return lines
    return [
        *lines,
        "    reports:",
        f"      junit: {_path(plan, _REPORTS, f'{job.subject}.xml')}",
        f"      metrics: {_path(plan, '.pipeline/gitlab/metrics.txt')}",
        f"      codequality: {_path(plan, '.pipeline/gitlab/code-quality.json')}",
    ]


def _handed(job: CiJob) -> list[str]:
    """Return the folders that a job hands on."""
    if job.kind in _UNVOUCHED:
        return [_ARTIFACTS] * (job.kind is JobKind.BUILD) + [DURATIONS_FOLDER]
    return [f"{_HANDOVER}/{_export(job)}"]


def _path(plan: CiPlan, *parts: str) -> str:
    """Return a path from the top of the repository."""
    return scalar("/".join([plan.folder, *parts] if plan.folder else parts))
