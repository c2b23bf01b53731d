"""Rules between the parts of a configuration, and that all problems are told together."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Problems = Callable[[str], list[str]]


def test_no_configuration_at_all_is_right(problems: Problems) -> None:
    assert problems("") == []


@pytest.mark.parametrize("section", ["build.kind = 'wheel'", "resources = {}", "environments = {}"])
def test_a_service_needs_name_build_and_run(problems: Problems, section: str) -> None:
    told = [line.split(",")[0] for line in problems(section)]

    wanted = ["1: name: got nothing", "1: build: got nothing", "1: run: got nothing"]
    assert told == [each for each in wanted if each.split(": ")[1] not in section]


def test_the_port_may_come_by_a_variable(problems: Problems) -> None:
    text = """
    name = "orders"
    build.kind = "wheel"
    run = {command = ["serve"], variables = {PORT = "{port}"}}
    """

    assert problems(text) == []


def test_a_stage_needs_an_environment_that_exists(problems: Problems) -> None:
    assert problems("stages.e2e.environment = 'staging'") == [
        (
            "1: stages.e2e.environment: got the unknown environment 'staging', wanted one that "
            "[environments.NAME] describes"
        )
    ]


def test_a_stage_that_is_no_layer_names_its_layers(problems: Problems) -> None:
    told = problems("[stages.units]\ntimeout_s = 1\n[stages.all]\nlayers = ['unit', 'e2e']\n")

    assert told == [
        (
            "1: stages.units.layers: got nothing, wanted layers, because 'units' is not a layer "
            "itself (layers are unit, component, integration, e2e, performance); did you mean "
            "'unit'?"
        )
    ]


def test_a_layer_is_in_one_stage(problems: Problems) -> None:
    assert problems("[stages.unit]\n[stages.fast]\nlayers = ['component',\n'unit']\n") == [
        (
            "3: stages.fast.layers: got layer 'unit', which stage 'unit' has, wanted every layer "
            "in one stage"
        )
    ]
    assert problems("[stages.fast]\nlayers = ['unit', 'unit']\n") == [
        (
            "2: stages.fast.layers: got layer 'unit', which is named twice, wanted every layer in "
            "one stage"
        )
    ]


def test_stable_needs_an_environment(problems: Problems, service_problems: Problems) -> None:
    objectives = "objectives = [{measure = 'load.p95_ms', pass = '<= +10%', baseline = 'stable'}]"

    assert problems(f"[stages.unit]\n{objectives}") == [
        (
            "2: stages.unit.objectives[0].baseline: got 'stable', wanted 'merge-base': without an "
            "environment the stage has no stable"
        )
    ]
    assert (
        service_problems(f"[environments.dev]\n[stages.e2e]\nenvironment = 'dev'\n{objectives}")
        == []
    )


def test_a_baseline_is_for_criteria_that_compare_with_it(problems: Problems) -> None:
    objective = "{measure = 'tests.skipped', pass = '< 5', baseline = 'merge-base'}"

    assert problems(f"[stages.unit]\nobjectives = [{objective}]") == [
        (
            "2: stages.unit.objectives[0].baseline: got 'merge-base', wanted a criterion that "
            "compares with it, such as '<= +10%' or '<= base', or none of this key"
        )
    ]


def test_an_environment_provides_what_its_instances_name(service_problems: Problems) -> None:
    told = service_problems(
        """
        [resources.db]
        kind = "postgres"
        [resources.unused]
        kind = "postgres"
        [environments.dev]
        resources = []
        variables = {DATABASE_URL = "{resources.db.url}"}
        [environments.staging]
        resources = ["db"]
        variables = {DATABASE_URL = "{resources.db.url}"}
        """
    )

    assert told == [
        (
            "11: environments.dev.resources: got none called 'db', wanted it: {resources.db.url} "
            "is used in [run] or the variables"
        )
    ]


def test_all_problems_are_told_at_once_in_the_order_of_lines(problems: Problems) -> None:
    told = problems(
        """\
        name = "Orders"
        [build]
        kind = "weel"
        [run]
        command = ["serve"]
        ready = "up"
        [stages.unit]
        timout_s = 3
        [stages.fast]
        layers = ["unit"]
        environment = "nowhere"
        [stages.slow]
        layers = ["unit"]
        [environments.dev]
        target = "docker"
        [environments.dev.options]
        batchsize = 1
        batch_size = 0
        """
    )

    assert [line.partition(": got ")[0] for line in told] == [
        "1: name",
        "3: build.kind",
        "5: run.command",
        "6: run.ready",
        "8: stages.unit.timout_s",
        "11: stages.fast.environment",
        "13: stages.slow.layers",
        "15: environments.dev.target: target 'docker' comes later; known here: process",
        "17: environments.dev.options.batchsize",
        "18: environments.dev.options.batch_size: batch_size must be at least 1, got 0",
    ]


def test_a_part_that_is_wrong_itself_makes_no_further_problems(problems: Problems) -> None:
    told = problems(
        """\
        name = "orders"
        build = {kind = "weel"}
        run = {command = "serve {port}"}
        [stages.checks]
        layers = ["units"]
        [stages.e2e]
        environment = "dev"
        [environments.dev]
        strategy = "in_place"
        options = {max_unavailable = 1}
        """
    )

    assert [line.partition(": got")[0] for line in told] == [
        "2: build.kind",
        "3: run.command",
        "5: stages.checks.layers[0]",
        "9: environments.dev.strategy",
    ]
