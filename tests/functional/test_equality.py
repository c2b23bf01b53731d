"""A few suites, with workers and without: the acceptance has the random ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.equality.comparing import differences, ends_of
from tests.equality.suites import Suite

_SUITES = {
    "every-end": Suite(
        (
            "passes",
            "fails",
            "errs-in-set-up",
            "errs-in-tear-down",
            "skips",
            "xfails",
            "xpasses",
            "flaky",
            "parametrised",
        ),
        retries=1,
    ),
    "flaky-alone": Suite(("passes", "flaky"), "reverses", "reruns"),
    "crash": Suite(("passes", "leaves-with-3", "flaky"), retries=1),
}


@pytest.mark.parametrize("name", _SUITES)
def test_a_suite_comes_to_the_same_with_workers(name: str, tmp_path: Path) -> None:
    alone, workers = ends_of(_SUITES[name], tmp_path)

    assert not differences(_SUITES[name], alone, workers), f"{alone.output}\n{workers.output}"
