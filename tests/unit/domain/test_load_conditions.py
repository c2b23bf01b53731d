"""Load is compared with load of the same conditions alone; others are refused by name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_pipeline.domain.baselines import Baseline, BaselineKind
from pytest_pipeline.domain.criteria import parse_criterion
from pytest_pipeline.domain.gates import Gate, Objective
from pytest_pipeline.domain.handoffs import EnvironmentHandoff
from pytest_pipeline.domain.load import LoadSample, LoadSpec, summarise_load
from pytest_pipeline.domain.load_conditions import (
    conditions_of,
    environment_condition,
    settings_condition,
    why_not_comparable,
)
from pytest_pipeline.domain.load_settings import LoadSettings
from pytest_pipeline.domain.objectives import ObjectiveResult
from pytest_pipeline.domain.resources import ProvidedResource
from pytest_pipeline.domain.stage_results import judge_stage
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.tallies import StageRun, Tally
from pytest_pipeline.domain.verdicts import Verdict

SPEC = LoadSpec("l.py", "http://127.0.0.1:1", users=8, spawn_rate=4, duration_s=2.5)
RESULT = summarise_load([LoadSample(0.0, 5.0)], duration_s=1)
HERE = {
    "machine": "system Linux; processors 2; memory 8 GiB",
    "settings": "users 8; Python 3.11",
    "locustfile": "sha256:aa",
}


def apart(**changed: str) -> str:
    return why_not_comparable({"test_a": {**HERE, **changed}}, {"test_a": HERE})


def test_the_same_conditions_are_comparable() -> None:
    assert apart() == ""


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        pytest.param(
            {"machine": "system Linux; processors 8; memory 8 GiB"},
            "machine (processors 8, was 2)",
            id="machine",
        ),
        pytest.param(
            {"settings": "users 9; user_classes Reader; Python 3.11"},
            "settings (users 9, was 8; user_classes Reader, was unset)",
            id="settings",
        ),
        pytest.param({"settings": "users 8"}, "Python unset, was 3.11", id="fewer-settings"),
        pytest.param({"locustfile": "sha256:bb"}, "locustfile changed", id="locustfile"),
        pytest.param({"data": "sha256:cc"}, "data not known there", id="data-now"),
        pytest.param({"machine": ""}, "machine not known here", id="unknown-now"),
    ],
)
def test_what_differs_is_named_with_both_values(changed: dict[str, str], said: str) -> None:
    why = apart(**changed)

    assert why.startswith("measured under other conditions: ")
    assert said in why


def test_a_difference_in_one_of_several_load_tests_names_it() -> None:
    there = {"test_a": HERE, "test_b": HERE}
    here = {**there, "test_b": {**HERE, "locustfile": "sha256:bb"}}

    assert why_not_comparable(here, there).endswith(": locustfile changed in test_b")


@pytest.mark.parametrize(
    ("here", "there", "said"),
    [
        pytest.param(("a", "b"), ("a",), "a load test that was not there in b", id="added"),
        pytest.param(("a",), ("a", "b"), "a load test that is gone in b", id="removed"),
    ],
)
def test_other_load_tests_are_other_conditions(
    here: tuple[str, ...], there: tuple[str, ...], said: str
) -> None:
    why = why_not_comparable(dict.fromkeys(here, HERE), dict.fromkeys(there, HERE))

    assert why.endswith(said)


@pytest.mark.parametrize(
    ("here", "there", "said"),
    [({}, {"a": HERE}, "here"), ({"a": HERE}, {}, "there"), ({}, {}, "here")],
)
def test_nothing_is_compared_where_conditions_were_not_kept(
    here: dict[str, dict[str, str]], there: dict[str, dict[str, str]], said: str
) -> None:
    why = why_not_comparable(here, there)

    assert why == f"it is not known under which conditions load was measured {said}"


def test_each_load_of_a_test_has_conditions_of_its_own() -> None:
    first, second = replace(RESULT, conditions=HERE), replace(RESULT, conditions={"machine": "m"})

    found = conditions_of([("test_a", first), ("test_a", second)])

    assert found == {"test_a": HERE, "test_a #2": {"machine": "m"}}
    assert conditions_of([("test_a", RESULT)]) == {}


def test_settings_are_what_is_not_as_usual_without_paths_addresses_and_secrets() -> None:
    spec = replace(
        SPEC,
        user_classes=("Reader", "Buyer"),
        source=LoadSettings(processes=2),
        variables={"TOKEN": "s3cret"},
        data={"key": "s3cret"},
    )

    assert settings_condition(SPEC, {"Locust": "2.47"}) == (
        "users 8; spawn_rate 4; duration_s 2.5; Locust 2.47"
    )
    assert settings_condition(spec, {}) == (
        "users 8; spawn_rate 4; duration_s 2.5; user_classes Reader, Buyer; processes 2"
    )


def test_a_rate_and_its_ramp_are_settings_and_users_that_nobody_asked_for_are_not() -> None:
    spec = LoadSpec("l.py", "http://127.0.0.1:1", 0, 0, 10, rate=20, ramp=((5.0, 200.0),))

    assert settings_condition(spec, {}) == "duration_s 10; rate 20; ramp 5, 200"


def test_an_environment_is_its_target_its_instances_and_its_resources_without_their_addresses() -> (
    None
):
    database = ProvidedResource("database", "postgres", "embedded", "18.6", "postgresql://u:p@h/d")
    peer = ProvidedResource("inventory", "service", "process", "sha256:1", "http://127.0.0.1:5")
    environment = EnvironmentHandoff(
        "staging",
        "http://127.0.0.1:1",
        "r1",
        "sha256:0",
        (database, peer),
        target="process",
        replicas=2,
    )

    assert environment_condition(environment) == (
        "name staging; target process; replicas 2; database embedded 18.6; inventory process"
    )


def judged(there: dict[str, dict[str, str]], measure: str = "load.p95_ms") -> ObjectiveResult:
    """Judge +10 % against a baseline that was measured under some conditions."""
    objective = Objective(measure, (parse_criterion("<= +10%"),), baseline=BaselineKind.STABLE)
    figures = {"load.p95_ms": 100.0, "custom.a": 100.0}
    baseline = Baseline("r6 (stable)", figures, conditions=there, remedy="measure it here")
    run = StageRun(Tally({}, 0), {**figures}, loads=(("test_a", replace(RESULT, conditions=HERE)),))
    stage = Stage("performance", ("performance",), gate=Gate((objective,)))
    return judge_stage(stage, run, baselines={BaselineKind.STABLE: baseline}).objectives[0]


def test_load_of_the_same_conditions_is_judged() -> None:
    result = judged({"test_a": HERE})

    assert result.verdict is Verdict.PASS
    assert result.baseline == 100


@pytest.mark.parametrize(
    ("there", "said"),
    [
        pytest.param(
            {"test_a": {**HERE, "locustfile": "sha256:bb"}},
            "r6 (stable) was measured under other conditions: locustfile changed: measure it here",
            id="a-strangers",
        ),
        pytest.param(
            {}, "not known under which conditions load was measured there: measure", id="older"
        ),
    ],
)
def test_load_of_other_conditions_decides_nothing(
    there: dict[str, dict[str, str]], said: str
) -> None:
    result = judged(there)

    assert result.verdict is Verdict.INCONCLUSIVE
    assert said in result.reason
    assert result.baseline is None


def test_figures_that_are_no_load_are_compared_all_the_same() -> None:
    assert judged({}, "custom.a").verdict is Verdict.PASS
