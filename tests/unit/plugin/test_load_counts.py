"""Loads are counted from below: those in sight, and those that were asked for beyond them."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_pipeline.domain.load import LoadResult, LoadSpec
from pytest_pipeline.plugin.load_counts import AskedLoads, CountedLoads

RESULT = LoadResult(10, 1, 5.0, None, 1.0, 2.0, 3.0, 4.0, 2.0, (), {})
SPEC = LoadSpec("x.py", "http://127.0.0.1:1", 1, 1, 1)


@pytest.mark.parametrize(
    ("expected", "asked", "loads"),
    [
        ("", "", 1),
        ("ab", "", 2),
        ("ab", "a", 2),
        ("ab", "aa", 3),
        ("ab", "aab", 3),
        ("ab", "c", 3),
        ("", "cc", 2),
    ],
)
def test_a_test_counts_once_and_for_each_load_more(expected: str, asked: str, loads: int) -> None:
    counted = AskedLoads(expected)
    for nodeid in asked:
        counted.ask(nodeid)

    assert counted.loads == loads


def test_a_load_counts_before_it_is_run() -> None:
    counted = AskedLoads("a")
    seen: list[int] = []

    class Runner:
        def run(self, spec: LoadSpec, *, folder: Path) -> LoadResult:
            assert (spec, folder) == (SPEC, Path("/load"))
            seen.append(counted.loads)
            return RESULT

    runner = CountedLoads(Runner(), counted, "b")

    assert [runner.run(SPEC, folder=Path("/load")) for _ in range(2)] == [RESULT, RESULT]
    assert seen == [2, 3]
