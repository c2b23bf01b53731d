"""From a pipeline to the jobs of a CI system."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pytest_pipeline.domain.baselines import BaselineKind
from pytest_pipeline.domain.ci_planning import MOST_SHARDS, SETUP_MINUTES, plan_ci
from pytest_pipeline.domain.ci_plans import CiJob, CiOptions, CiPlan, JobKind
from pytest_pipeline.domain.criteria import Comparison, Criterion
from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.gates import Gate
from pytest_pipeline.domain.objectives import Objective
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.services import RunSpec, Service, WheelBuild
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.errors import ConfigError

SERVICE = Service("orders", WheelBuild(), RunSpec(("serve",)))
UNIT, E2E = Stage("unit", ("unit",)), Stage("e2e", ("e2e",), environment="staging")
STAGING, LIVE = Environment("staging"), Environment("production")


def orders(
    stages: Sequence[Stage] = (UNIT, E2E),
    environments: Sequence[Environment] = (STAGING, LIVE),
    service: Service | None = SERVICE,
) -> Pipeline:
    return Pipeline("orders", service, tuple(stages), tuple(environments))


def planned(
    pipeline: Pipeline,
    shards: dict[str, int] | None = None,
    deploy: tuple[str, ...] | None = None,
) -> CiPlan:
    return plan_ci(pipeline, CiOptions("3.13", "pip install .", shards or {}, deploy))


def shown(job: CiJob) -> tuple[str, str, tuple[str, ...]]:
    return (job.id, str(job.kind), job.needs)


def test_each_stage_is_a_job_after_the_one_before_and_the_last_environment_is_deployed_to() -> None:
    assert [shown(each) for each in planned(orders()).jobs] == [
        ("unit", "stage", ()),
        ("e2e", "stage", ("unit",)),
        ("deploy-production", "deploy", ("e2e",)),
    ]


def test_shards_are_joined_by_a_job_with_the_name_of_the_stage() -> None:
    assert [shown(each) for each in planned(orders(), {"e2e": 3}).jobs] == [
        ("unit", "stage", ()),
        ("e2e-shard", "shards", ("unit",)),
        ("e2e", "join", ("e2e-shard",)),
        ("deploy-production", "deploy", ("e2e",)),
    ]


def test_what_several_jobs_test_first_is_built_by_one_before_them() -> None:
    jobs = planned(orders(), {"unit": 2}).jobs

    assert shown(jobs[0]) == ("build", "build", ())
    assert shown(jobs[1]) == ("unit-shard", "shards", ("build",))


def test_where_nothing_is_built_a_job_before_the_shards_fetches_their_durations() -> None:
    plan = planned(orders([Stage("unit", ("unit",))], service=None), {"unit": 2})

    assert [shown(each) for each in plan.jobs] == [
        ("durations", "durations", ()),
        ("unit-shard", "shards", ("durations",)),
        ("unit", "join", ("unit-shard",)),
    ]


@pytest.mark.parametrize(
    ("shards", "fetches", "keeps"),
    [
        ({}, None, None),
        ({"unit": 2}, "build", "e2e"),
        ({"e2e": 2}, "unit", "e2e"),
    ],
)
def test_durations_are_fetched_by_the_first_job_and_kept_by_the_last_stage(
    shards: dict[str, int], fetches: str | None, keeps: str | None
) -> None:
    plan = planned(orders(), shards)
    found = (plan.fetches_durations, plan.keeps_durations)

    assert [each and each.id for each in found] == [fetches, keeps]


def test_an_environment_that_a_stage_uses_is_deployed_to_when_asked_for() -> None:
    jobs = planned(orders(), deploy=("production", "staging")).jobs

    assert [shown(each) for each in jobs[2:]] == [
        ("deploy-staging", "deploy", ("unit",)),
        ("deploy-production", "deploy", ("e2e", "deploy-staging")),
    ]


@pytest.mark.parametrize(
    "pipeline",
    [orders(environments=[STAGING]), orders(environments=()), orders(service=None)],
    ids=["used by a stage", "no environment", "nothing to deploy"],
)
def test_without_an_environment_after_the_last_stage_nothing_is_deployed(
    pipeline: Pipeline,
) -> None:
    assert JobKind.DEPLOY not in {each.kind for each in planned(pipeline).jobs}


def test_a_job_may_take_what_its_stage_may_and_time_to_set_up() -> None:
    stages = [Stage("unit", ("unit",), timeout_s=61)]
    live = Environment("live", progress_deadline_s=90, options={"bake_s": 120, "batch_size": 9})
    jobs = planned(orders(stages, [live])).jobs

    assert [each.timeout_minutes for each in jobs] == [SETUP_MINUTES + 2, SETUP_MINUTES + 5]


def test_who_compares_with_the_merge_base_measures_it_and_has_the_history() -> None:
    compared = Objective(
        "tests.duration_s",
        (Criterion(Comparison.AT_MOST, 10, relative=True),),
        baseline=BaselineKind.MERGE_BASE,
    )
    covered = Objective("coverage.changed_percent", (Criterion(Comparison.AT_LEAST, 80),))
    stages = [
        Stage("unit", ("unit",), gate=Gate((compared,))),
        Stage("component", ("component",), gate=Gate((covered,))),
        Stage("e2e", ("e2e",)),
    ]
    jobs = {each.id: each for each in planned(orders(stages), {"unit": 2}).jobs}

    assert {name for name, each in jobs.items() if each.measures_baseline} == {"unit"}
    assert {name for name, each in jobs.items() if each.wants_history} == {
        *("unit", "unit-shard", "component", "deploy-production"),
    }
    assert jobs["unit"].timeout_minutes > jobs["unit-shard"].timeout_minutes


def test_every_job_has_a_name_of_its_own_that_no_system_reserves() -> None:
    names = ["image", "build", "on", "unit-shard", "unit", "deploy-production"]
    plan = planned(orders([Stage(each, (each,)) for each in names]), {"image": 2, "unit": 2})
    ids = [each.id for each in plan.jobs]

    assert len(set(ids)) == len(ids)
    assert not {"image", "on"} & set(ids)
    assert all(need in ids[: ids.index(each.id)] for each in plan.jobs for need in each.needs)


@pytest.mark.parametrize(
    ("shards", "deploy", "said"),
    [
        ({"smoke": 2}, None, "no stage 'smoke'; known: unit, e2e"),
        ({"unit": 1}, None, f"--shards unit=1: wanted 2..{MOST_SHARDS} jobs"),
        ({"unit": MOST_SHARDS + 1}, None, f"wanted 2..{MOST_SHARDS} jobs"),
        ({}, ("live",), "no environment 'live'; known: staging, production"),
    ],
)
def test_what_the_pipeline_does_not_have_is_refused(
    shards: dict[str, int], deploy: tuple[str, ...] | None, said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        planned(orders(), shards, deploy)


def test_without_stages_there_is_no_workflow() -> None:
    with pytest.raises(ConfigError, match="no stage: none is configured"):
        planned(orders(stages=()))


def test_a_deployment_of_nothing_is_refused() -> None:
    with pytest.raises(ConfigError, match="nothing to deploy"):
        planned(orders(service=None), deploy=("production",))


def comparing(*environments: Environment) -> Pipeline:
    relative = Objective("load.p95_ms", (Criterion(Comparison.AT_MOST, 20, relative=True),))
    e2e = Stage("e2e", ("e2e",), environment="staging", gate=Gate((relative,)))
    return orders([UNIT, e2e], environments)


def test_what_serves_is_replaced_after_everything_that_compares_with_it() -> None:
    plan = planned(comparing(STAGING, LIVE), {"e2e": 2}, ("staging", "production"))

    assert {each.id: each.promotions_of for each in plan.jobs} == {
        "unit": "",
        "e2e-shard": "",
        "e2e": "staging",
        "deploy-staging": "staging",
        "deploy-production": "production",
    }
    assert plan.job("deploy-staging").needs == ("e2e",)


def test_where_nobody_deploys_there_are_no_promotions_to_compare_with() -> None:
    plan = planned(comparing(STAGING, LIVE), deploy=("production",))

    assert plan.job("e2e").promotions_of == ""
