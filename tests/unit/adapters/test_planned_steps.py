"""Plans on a screen: numbered steps with counts, batches that repeat left out."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from pytest_pipeline.adapters.console.listing import render_pipeline, render_plans
from pytest_pipeline.adapters.console.planned_steps import step_lines
from pytest_pipeline.adapters.console.repetition import stretches
from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.releases import Release
from pytest_pipeline.domain.strategies import STRATEGIES, plan_deployment
from pytest_pipeline.domain.textbook import TEXTBOOK
from pytest_pipeline.engine.pipeline_run import RunOptions
from pytest_pipeline.engine.planning import plan_for, planned

PROMOTED = Release(1, "sha256:0", {})


def fleet(release: int, replicas: int) -> Fleet:
    return Fleet(release, tuple(f"r{release}-{index}" for index in range(replicas)))


def lines_of(strategy: str, replicas: int, **options: object) -> list[str]:
    stable = fleet(1, replicas)
    return list(step_lines(plan_deployment(strategy, options, stable, fleet(2, replicas)), stable))


def printed(environment: Environment, strategy: str, told: tuple[str, ...] = ()) -> str:
    console = Console(file=io.StringIO(), width=60)
    render_plans([plan_for(environment, strategy, PROMOTED, told)], console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_each_step_has_its_number_and_what_runs_and_serves_after_it() -> None:
    assert lines_of("in-place", 1) == [
        "  step  running  serving  what is done",
        "     1        1        1  run the migration of r2",
        "     2        1        0  shift traffic: none, nothing serves",
        "     3        1        0  drain r1-0",
        "     4        0        0  stop r1-0",
        "     5        1        0  launch r2-0 in the place of r1-0",
        "     6        1        0  await r2-0 ready",
        "     7        1        1  shift traffic: 100 % to r2-0",
        "     8        1        1  bake 2 s under alarms",
    ]


def test_batches_that_repeat_are_told_by_the_first_and_the_last() -> None:
    lines = lines_of("rolling", 100, batch_size=10)

    assert lines[2:10] == [
        "     2      110      100  launch r2-0 … r2-9 (10)",
        "     3      110      100  await r2-0 … r2-9 (10) ready",
        (
            "     4      110      100  shift traffic: 90 % to r1-10 … r1-99 (90), "
            "10 % to r2-0 … r2-9 (10)"
        ),
        "     5      110      100  drain r1-0 … r1-9 (10)",
        "     6      100      100  stop r1-0 … r1-9 (10)",
        "     …  100-110      100  8 more batches like it, steps 7 to 46",
        "    47      110      100  launch r2-90 … r2-99 (10)",
        "    48      110      100  await r2-90 … r2-99 (10) ready",
    ]
    assert lines[-1] == "    52      100      100  bake 3 s under alarms"


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_plan_for_three_hundred_instances_fits_on_a_screen(strategy: str) -> None:
    assert len(lines_of(strategy, 300)) <= 24


@given(st.lists(st.sampled_from("abc"), max_size=60))
def test_stretches_cover_everything_once_and_are_true_repetitions(kinds: list[str]) -> None:
    covered: list[str] = []

    for stretch in stretches(kinds):
        assert stretch.start == len(covered)
        batch = kinds[stretch.start : stretch.start + stretch.length]
        covered += batch * stretch.times

    assert covered == kinds


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_plan_comes_with_what_the_textbooks_say(strategy: str) -> None:
    text = printed(Environment("staging", strategy=strategy), strategy)

    assert text.startswith(f"staging ({strategy})\n  {TEXTBOOK[strategy]}\n")
    assert "WARNING" not in text


def test_cautions_stand_above_the_steps() -> None:
    text = printed(Environment("production"), "rolling", ("mind the [gap]",))

    assert text.splitlines()[2:4] == [
        "  WARNING: mind the [gap]",
        "  step  running  serving  what is done",
    ]


def test_nothing_to_deploy_is_said() -> None:
    console = Console(file=io.StringIO(), width=100)

    render_plans([], console)

    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue() == "no environment is configured: nothing is deployed\n"


def test_a_plan_keeps_what_the_environment_has_to_keep() -> None:
    environment = Environment("staging", replicas=4, minimum_healthy=2)

    of = plan_for(environment, "in-place", PROMOTED)

    assert of.plan.minimum_healthy == 2
    assert of.stable == fleet(1, 4)


def test_options_belong_to_the_configured_strategy_alone() -> None:
    environment = Environment("staging", strategy="rolling", options={"batch_size": 2}, replicas=2)

    plans = [plan_for(environment, name, PROMOTED).plan for name in ("rolling", "immutable")]

    assert plans == [
        plan_deployment("rolling", {"batch_size": 2}, fleet(1, 2), fleet(2, 2)),
        plan_deployment("immutable", {}, fleet(1, 2), fleet(2, 2)),
    ]


def test_the_plan_of_a_run_warns_of_the_strategy_that_is_asked_for() -> None:
    pipeline = Pipeline("orders", None, (), (Environment("dev"), Environment("production")))

    dev, production = planned(pipeline, RunOptions(strategies={"production": "in-place"}), None)

    assert dev.cautions == ()
    assert production.cautions[0].startswith("in-place is not for production")
    assert production.plan.strategy == "in-place"


def test_the_list_of_environments_warns_of_in_place_for_production() -> None:
    console = Console(file=io.StringIO(), width=200)
    environments = (Environment("production", strategy="in-place"),)

    render_pipeline(Pipeline("orders", None, (), environments), {}, console)

    assert isinstance(console.file, io.StringIO)
    assert "\n  WARNING: production: in-place is not for production" in console.file.getvalue()
