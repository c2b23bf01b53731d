"""Where the load of a stage comes from, as it is configured."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pytest_pipeline.domain.load_settings import LoadSettings
from pytest_pipeline.domain.pipelines import Pipeline


def test_a_stage_has_what_is_configured_and_one_process_else(
    pipeline: Callable[[str], Pipeline],
) -> None:
    made = pipeline(
        """
        [stages.performance.load]
        processes = 2
        workers = ["left", "right"]
        listen = "10.0.0.1:5557"
        [stages.unit]
        """
    )

    wanted = LoadSettings(processes=2, workers=("left", "right"), listen="10.0.0.1:5557")
    assert made.stage("performance").load == wanted
    assert made.stage("unit").load == LoadSettings()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("processes = 0", "processes: got 0, wanted a number >= 1"),
        ("processes = 257", "processes: got 257, wanted a number <= 256"),
        ('workers = ["a", "a"]', "workers: got ['a', 'a'], wanted different names of letters"),
        ('workers = ["a b"]', "workers: got ['a b'], wanted different names of letters"),
        ('workers = ["a"]\nlisten = "10.0.0.1"', "listen: got '10.0.0.1', wanted HOST:PORT"),
        ('listen = "10.0.0.1:5557"', "got '10.0.0.1:5557' without workers, wanted workers = "),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(
    problems: Callable[[str], list[str]], text: str, told: str
) -> None:
    (problem,) = problems(f"[stages.performance.load]\n{text}\n")

    assert problem.startswith(f"{1 + len(text.splitlines())}: stages.performance.load.")
    assert told in problem
