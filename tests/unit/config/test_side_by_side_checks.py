"""Settings of `side_by_side` by which an objective could never pass, or never fail."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Problems = Callable[[str], list[str]]

SERVICE = """
[build]
kind = "wheel"
[run]
command = ["serve", "{port}"]
[environments.staging]
"""


def stage(objectives: str, settings: str = "") -> str:
    return (
        f"name = 'orders'\n[stages.performance]\nobjectives = [{objectives}]\n"
        "environment = 'staging'\n"
        f"[stages.performance.side_by_side]\n{settings}\n{SERVICE}"
    )


def objective(criterion: str, measure: str = "load.p95_ms", more: str = "") -> str:
    return f"{{measure = '{measure}', pass = ['{criterion}']{more}}}"


COMPARED = ", " + objective("<= +10%", "load.p50_ms")


@pytest.mark.parametrize(
    ("criterion", "settings"),
    [
        ("<= +20%", ""),
        ("<= +25%", ""),
        ("<= +10%", "detect_percent = 10"),
        (">= -20%", ""),
        (">= -25%", ""),
    ],
)
def test_an_objective_that_tolerates_what_must_not_pass_is_refused(
    problems: Problems, criterion: str, settings: str
) -> None:
    told = problems(stage(objective(criterion), settings))

    assert len(told) == 1
    assert told[0].startswith(
        f"3: stages.performance.objectives[0].pass: got {criterion}, which tolerates what must not"
    )


def test_so_is_a_warning(problems: Problems) -> None:
    told = problems(stage(objective("<= +10%", more=", warn = ['<= +30%']")))

    assert [each.partition(",")[0] for each in told] == [
        "3: stages.performance.objectives[0].warn: got <= +30%"
    ]


@pytest.mark.parametrize("criterion", ["== base", "<= -100%"])
def test_a_criterion_without_a_direction_is_refused(problems: Problems, criterion: str) -> None:
    assert "by which no change" in problems(stage(objective(criterion)))[0]


def test_what_cannot_get_worse_by_so_much_is_refused(problems: Problems) -> None:
    one = objective(">= -10%", "load.requests_per_s")

    told = problems(stage(one, "detect_percent = 100"))

    assert "wanted detect_percent below 100" in told[0]


@pytest.mark.parametrize(
    "text",
    [
        stage(objective("<= +10%")),
        stage(objective("<= +19.9%")),
        stage(objective(">= -10%", "load.requests_per_s")),
        stage(objective("<= base + 500")),
        stage(objective("< 250") + COMPARED),
        stage(objective("<= +50%", "duration.performance_s") + COMPARED),
        stage(objective("<= +50%", more=", baseline = 'merge-base'") + COMPARED),
        stage(objective("<= +25%"), "detect_percent = 30"),
        "[stages.performance]\nobjectives = [{measure = 'load.p95_ms', pass = ['<= +50%']}]\n",
    ],
)
def test_what_can_pass_and_fail_stands(problems: Problems, text: str) -> None:
    environment = [each for each in problems(text) if "environment" not in each]

    assert environment == []


def test_so_few_runs_that_no_release_can_fail_are_refused(problems: Problems) -> None:
    objectives = ", ".join(objective("<= +10%", f"load.{each}_ms") for each in ("p50", "p95"))

    told = problems(stage(objectives, "runs = 4"))

    assert told == [
        (
            "6: stages.performance.side_by_side.runs: got 4, by which nothing can FAIL at "
            "false_alarm_percent = 5 shared by 2 objectives; wanted more runs"
        )
    ]


def test_so_few_runs_that_no_release_can_pass_are_refused(problems: Problems) -> None:
    told = problems(stage(objective("<= +10%"), "runs = 4\npower_percent = 99"))

    assert ["nothing can PASS at power_percent = 99" in each for each in told] == [True]


def test_runs_that_take_longer_than_the_stage_may_are_refused(problems: Problems) -> None:
    told = problems(stage(objective("<= +10%"), "runs = 12\nduration_s = 75"))

    assert told == [
        (
            "6: stages.performance.side_by_side.runs: got 12, which is 1820 s of load for each "
            "load test of a stage that may take 1800 s; wanted fewer or shorter runs, or a higher "
            "timeout_s"
        )
    ]
    assert problems(stage(objective("<= +10%"), "runs = 12\nduration_s = 74")) == []


@pytest.mark.parametrize(
    "objectives",
    [
        "",
        objective("< 250"),
        objective("<= +10%", "duration.performance_s"),
        objective("<= +10%", more=", baseline = 'merge-base'"),
    ],
)
def test_settings_by_which_nothing_is_compared_are_refused(
    problems: Problems, objectives: str
) -> None:
    told = problems(stage(objectives))

    assert len(told) == 1
    assert told[0].startswith(
        "5: stages.performance.side_by_side: no objective of the stage compares load with stable; "
        "wanted one such as {measure = 'load.p95_ms'"
    )


def test_a_stage_without_an_environment_has_nothing_to_run_beside(problems: Problems) -> None:
    told = problems(stage(objective("<= +10%")).replace("environment = 'staging'", ""))

    assert told == [
        (
            "5: stages.performance.side_by_side: a stage without an environment has no stable to "
            "run beside; wanted `environment` in the stage, or no side_by_side"
        )
    ]
