"""Objectives and ratchets that can never be met, or never be measured."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Problems = Callable[[str], list[str]]

_NEVER = "without which it is never measured"


@pytest.mark.parametrize(
    "criteria",
    [
        "'> 5', '< 3'",
        "'> 5', '<= 5'",
        "'>= 5', '< 5'",
        "'== 4', '== 5'",
        "'== 4', '> 4'",
        "'> 1', '< 9', '> 9'",
        "'> 5', '<= base', '< 3'",
    ],
)
@pytest.mark.parametrize("key", ["pass", "warn"])
def test_criteria_that_no_figure_meets_are_refused(
    problems: Problems, criteria: str, key: str
) -> None:
    more = "" if key == "pass" else "pass = '== 3', "
    table = f"{{measure = 'custom.a', {more}{key} = [{criteria}]}}"

    told = problems(f"[stages.unit]\nobjectives = [{table}]\n")

    written = criteria.replace("'", "").replace(", ", " and ")
    assert told == [
        (
            f"2: stages.unit.objectives[0].{key}: got {written}, which no figure meets, wanted "
            "criteria that can hold together"
        )
    ]


@pytest.mark.parametrize(
    "criteria",
    [
        "'> 3', '< 5'",
        "'>= 5', '<= 5'",
        "'== 5', '>= 5'",
        "'== 5', '== 5'",
        "'< 3'",
        "['> 5'], ['< 3']",
        "'> 5', '< base'",
        "'> base', '< base - 1'",
    ],
)
def test_criteria_that_can_hold_together_stand(problems: Problems, criteria: str) -> None:
    table = f"{{measure = 'custom.a', pass = [{criteria}]}}"

    assert problems(f"[stages.unit]\nobjectives = [{table}]\n") == []


def test_one_of_several_sets_that_no_figure_meets_is_refused(problems: Problems) -> None:
    table = "{measure = 'custom.a', pass = [['< 3'], ['> 5', '< 3']]}"

    (told,) = problems(f"[stages.unit]\nobjectives = [{table}]\n")

    assert "got > 5 and < 3, which no figure meets" in told


@pytest.mark.parametrize(
    ("measure", "key"),
    [("tests.required_missing", "required_tests"), ("tests.unlisted_skips", "skip_reasons")],
)
def test_a_measure_of_a_demand_needs_the_demand(problems: Problems, measure: str, key: str) -> None:
    table = f"{{measure = '{measure}', pass = '== 0'}}"
    stage = f"[stages.unit]\nratchet = ['{measure}']\nobjectives = [{table}]\n"

    wanted = f"got {measure!r}, wanted beside it {key} in this stage, {_NEVER}"
    assert problems(stage) == [
        f"2: stages.unit.ratchet[0]: {wanted}",
        f"3: stages.unit.objectives[0].measure: {wanted}",
    ]
    assert problems(f"{stage}{key} = ['a.py']\n") == []


def test_the_router_is_that_of_an_environment(problems: Problems) -> None:
    told = problems("[stages.e2e]\nratchet = ['router.errors']\n")

    assert told == [
        (
            "2: stages.e2e.ratchet[0]: got 'router.errors', wanted beside it environment in this "
            f"stage, {_NEVER}"
        )
    ]


@pytest.mark.parametrize(
    ("measure", "criteria", "told"),
    [
        ("quarantine.entries", "pass = '>= 0'", "pass: got >= 0, which admits {} = 4"),
        (
            "tests.quarantined",
            "pass = '== 0', warn = '<= 9'",
            "warn: got <= 9, which admits {} = 6",
        ),
    ],
)
def test_an_objective_does_not_replace_a_cap_by_more(
    problems: Problems, measure: str, criteria: str, told: str
) -> None:
    quarantine = "quarantine = {max_entries = 3, max_tests = 5}"
    objective = f"{{measure = '{measure}', {criteria}}}"

    (line,) = problems(f"{quarantine}\nstages.unit.objectives = [{objective}]\n")

    assert line.startswith(f"2: stages.unit.objectives[0].{told.format(measure)}, wanted at most")


@pytest.mark.parametrize(
    "objective",
    [
        "{measure = 'quarantine.entries', pass = '<= 10', warn = '<= 2'}",
        "{measure = 'tests.quarantined', pass = '< 21'}",
        "{measure = 'tests.quarantined', pass = ['<= base', '<= 5']}",
    ],
)
def test_an_objective_within_the_caps_stands(problems: Problems, objective: str) -> None:
    assert problems(f"stages.unit.objectives = [{objective}]\n") == []


def test_a_demand_that_is_wrong_itself_is_not_taken_for_none(problems: Problems) -> None:
    told = problems("[stages.unit]\nratchet = ['tests.required_missing']\nrequired_tests = ['']\n")

    assert [line.split(":")[1] for line in told] == [" stages.unit.required_tests[0]"]
