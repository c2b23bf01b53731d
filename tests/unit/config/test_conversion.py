from __future__ import annotations

from collections.abc import Callable

import pytest

from pytest_pipeline.domain.alarms import DEFAULT_ALARMS, Alarm
from pytest_pipeline.domain.alarms.sources import RouterSource
from pytest_pipeline.domain.baselines import BaselineKind
from pytest_pipeline.domain.criteria import Comparison, Criterion
from pytest_pipeline.domain.environments import Concurrency, Environment, ProbeSpec
from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.gates import BASIC_OBJECTIVES, Gate, Objective
from pytest_pipeline.domain.layers import STANDARD_LAYERS, LayerRules
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.plans import AwaitPromotion, Bake
from pytest_pipeline.domain.resources import PostgresSpec, Provider
from pytest_pipeline.domain.services import CommandBuild, RunSpec, Service, WheelBuild
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.strategies import plan_deployment

Made = Callable[[str], Pipeline]

_SERVICE = """
name = "orders"
[build]
kind = "wheel"
[run]
command = ["serve", "{port}"]
"""


def test_an_empty_configuration_is_a_pipeline_named_after_its_folder(pipeline: Made) -> None:
    assert pipeline("") == Pipeline("orders", None, (), (), named=False)


def test_a_service_has_the_defaults_of_the_domain(pipeline: Made) -> None:
    assert pipeline(_SERVICE).service == Service(
        "orders", WheelBuild(), RunSpec(("serve", "{port}"))
    )


def test_a_service_has_what_is_configured(pipeline: Made) -> None:
    service = pipeline(
        """
        name = "orders"
        [build]
        kind = "command"
        command = ["make", "DESTDIR={output}"]
        timeout_s = 60
        [run]
        command = ["{artifact}/serve", "{port}"]
        migrate = ["{artifact}/migrate"]
        irreversible = true
        ready = "/readyz"
        variables = {DATABASE_URL = "{resources.db.url}"}
        deploy_timeout_s = 1
        drain_timeout_s = 2.5
        migrate_timeout_s = 3
        [resources.db]
        kind = "postgres"
        provider = "embedded"
        version = 17
        start_timeout_s = 4
        """
    ).service

    assert service == Service(
        "orders",
        CommandBuild(("make", "DESTDIR={output}"), 60),
        RunSpec(
            command=("{artifact}/serve", "{port}"),
            migrate=("{artifact}/migrate",),
            irreversible=True,
            ready="/readyz",
            variables={"DATABASE_URL": "{resources.db.url}"},
            deploy_timeout_s=1,
            drain_timeout_s=2.5,
            migrate_timeout_s=3,
        ),
        (PostgresSpec("db", Provider.EMBEDDED, 17, "postgres:17", 4),),
    )


def test_stages_keep_the_order_of_the_file(pipeline: Made) -> None:
    stages = pipeline(
        """
        [stages.slow]
        layers = ["integration", "e2e"]
        timeout_s = 60
        [stages.unit]
        """
    ).stages

    assert stages == (
        Stage("slow", ("integration", "e2e"), timeout_s=60, configured=True),
        Stage("unit", ("unit",), configured=True),
    )


@pytest.mark.parametrize("written", ['"< 250"', '["< 250"]'])
def test_objectives_are_added_to_the_basic_ones(pipeline: Made, written: str) -> None:
    (stage,) = pipeline(
        f"""
        [[stages.unit.objectives]]
        measure = "custom.queue.depth"
        pass = {written}
        warn = ["< 400", ">= 1"]
        """
    ).stages

    assert stage.gate == Gate(
        (
            *BASIC_OBJECTIVES,
            Objective(
                "custom.queue.depth",
                (Criterion(Comparison.LESS, 250),),
                (Criterion(Comparison.LESS, 400), Criterion(Comparison.AT_LEAST, 1)),
            ),
        )
    )


def test_sets_of_criteria_are_kept_apart(pipeline: Made) -> None:
    (stage,) = pipeline(
        """
        [[stages.unit.objectives]]
        measure = "tests.duration_s"
        pass = [["< 250"], ["<= +10 %", "> 1"]]
        """
    ).stages
    objective = stage.gate.objectives[-1]

    assert objective.pass_sets == (
        (Criterion(Comparison.LESS, 250),),
        (
            Criterion(Comparison.AT_MOST, 10, relative=True),
            Criterion(Comparison.MORE, 1),
        ),
    )
    assert objective.baseline is BaselineKind.MERGE_BASE


def test_a_stage_with_an_environment_is_compared_with_stable_unless_told_otherwise(
    pipeline: Made,
) -> None:
    (stage,) = pipeline(
        """
        name = "shop"
        build = {kind = "wheel"}
        run = {command = ["serve", "{port}"]}
        [environments.dev]
        [stages.e2e]
        environment = "dev"
        objectives = [
          {measure = "tests.duration_s", pass = "<= +10%"},
          {measure = "tests.xfailed", pass = "<= base", baseline = "merge-base"},
        ]
        """
    ).stages

    assert [each.baseline for each in stage.gate.objectives[len(BASIC_OBJECTIVES) :]] == [
        BaselineKind.STABLE,
        BaselineKind.MERGE_BASE,
    ]


def test_a_ratchet_is_an_objective_on_the_merge_base(pipeline: Made) -> None:
    made = pipeline(
        """
        source = {base = "develop"}
        [stages.unit]
        ratchet = ["tests.skipped"]
        """
    )
    (stage,) = made.stages
    not_more = Criterion(Comparison.AT_MOST, 0, relative=True, in_units=True)

    assert made.base == "develop"
    assert stage.gate == Gate(
        (
            *BASIC_OBJECTIVES,
            Objective("tests.skipped", (not_more,), baseline=BaselineKind.MERGE_BASE),
        ),
        base="develop",
    )


def test_an_objective_takes_the_place_of_the_basic_one_of_its_measure(pipeline: Made) -> None:
    (stage,) = pipeline(
        """
        [[stages.unit.objectives]]
        measure = "tests.executed"
        pass = ">= 40"
        """
    ).stages

    assert stage.gate == Gate(
        (
            Objective("tests.executed", (Criterion(Comparison.AT_LEAST, 40),)),
            *BASIC_OBJECTIVES[1:],
        )
    )


def test_an_environment_has_the_defaults_of_the_domain(pipeline: Made) -> None:
    assert pipeline(_SERVICE + "[environments.dev]\n").environments == (Environment("dev"),)


def test_an_environment_has_what_is_configured(pipeline: Made) -> None:
    environments = pipeline(
        _SERVICE
        + """
[resources.db]
kind = "postgres"
[environments.production]
target = "process"
replicas = 3
strategy = "blue-green"
options = {bake_s = 5}
minimum_healthy = 2
progress_deadline_s = 90
concurrency = "supersede"
variables = {LEVEL = "info"}
resources = ["db"]
probe = {path = "/orders", rate = 20, timeout_s = 2, connections = 4}
[[environments.production.alarms]]
measure = "mean_latency_ms"
bound = "< 100"
minimum_requests = 50
[environments.dev]
resources = []
"""
    ).environments

    assert environments == (
        Environment(
            "production",
            replicas=3,
            strategy="blue-green",
            options={"bake_s": 5},
            minimum_healthy=2,
            progress_deadline_s=90,
            concurrency=Concurrency.SUPERSEDE,
            variables={"LEVEL": "info"},
            resources=("db",),
            probe=ProbeSpec("/orders", 20, 2, 4),
            alarms=(
                Alarm(
                    "mean_latency_ms",
                    RouterSource("mean_latency_ms"),
                    Criterion(Comparison.LESS, 100),
                    minimum_samples=50,
                ),
            ),
        ),
        Environment("dev", resources=(), alarms=DEFAULT_ALARMS),
    )


@pytest.mark.parametrize(
    ("written", "replicas", "count"),
    [
        ("'75%'", 4, 3),
        ("'75%'", 3, 3),
        ("'1%'", 4, 1),
        ("'100%'", 7, 7),
        ("'0%'", 4, 0),
        ("0", 4, 0),
    ],
)
def test_a_share_of_healthy_instances_becomes_a_count_rounded_up(
    pipeline: Made, written: str, replicas: int, count: int
) -> None:
    (environment,) = pipeline(
        f"{_SERVICE}[environments.dev]\nreplicas = {replicas}\nminimum_healthy = {written}\n"
    ).environments

    assert environment.minimum_healthy == count


def test_options_that_hold_tables_make_a_plan(pipeline: Made) -> None:
    (environment,) = pipeline(
        _SERVICE
        + """
[environments.dev]
strategy = "canary"
[[environments.dev.options.steps]]
weight = 20
pause = "promotion"
[[environments.dev.options.steps]]
weight = 50
pause_s = 4
"""
    ).environments

    plan = plan_deployment(
        environment.strategy, environment.options, Fleet(1, ("r1-0",)), Fleet(2, ("r2-0",))
    )

    assert AwaitPromotion() in plan.steps
    assert Bake(4) in plan.steps


def test_new_layers_come_after_the_standard_ones(pipeline: Made) -> None:
    rules = pipeline('[layers]\nsmoke = ["tests/smoke_*.py"]\nunit = ["src/*"]\n').layers

    assert rules == LayerRules(
        (*STANDARD_LAYERS, "smoke"), {"smoke": ("tests/smoke_*.py",), "unit": ("src/*",)}
    )


def test_the_order_of_layers_is_the_user_s(pipeline: Made) -> None:
    order = ("smoke", "unit", "component", "e2e", "integration", "performance")

    rules = pipeline(f"layer_order = {list(order)}\nlayers.smoke = []").layers

    assert rules.names == order
