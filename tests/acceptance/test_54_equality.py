"""Acceptance 5.4: a verdict does not depend on workers."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from rich.console import Console
from rich.table import Table

from tests.equality.comparing import differences, ends_of
from tests.equality.suites import CONFTESTS, CRASHES, KINDS, OPTIONS, Suite, suites

_EXAMPLES = 60
_SEEN: Counter[str] = Counter()


@pytest.fixture(scope="module", autouse=True)
def _table() -> Iterator[None]:
    yield
    table = Table("suites run with -n 2 and without", "count")
    for name, count in sorted(_SEEN.items()):
        table.add_row(name, str(count))
    Console().print(table)


def _assert_equal(suite: Suite) -> None:
    with tempfile.TemporaryDirectory(prefix="equality-") as folder:
        alone, workers = ends_of(suite, Path(folder))
    _SEEN["all"] += 1
    _SEEN[f"verdict {workers.verdict}"] += 1
    _SEEN["with a crash"] += suite.crashes
    _SEEN["with retries or reruns"] += bool(suite.retries) or suite.option == "reruns"

    assert not differences(suite, alone, workers), f"{suite}\n{alone.output}\n{workers.output}"


@pytest.mark.timeout(3600)
@settings(
    max_examples=_EXAMPLES,
    deadline=None,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)
@given(suites())
def test_random_suites_come_to_the_same_with_workers(suite: Suite) -> None:
    _assert_equal(suite)


@pytest.mark.parametrize("kind", [*KINDS, *CRASHES])
def test_each_kind_of_test_comes_to_the_same_with_workers(kind: str) -> None:
    _assert_equal(Suite(("passes", kind, "passes"), retries=1))


@pytest.mark.parametrize("option", [each for each in OPTIONS if each != "nothing"])
@pytest.mark.parametrize("conftest", CONFTESTS)
def test_each_disturbance_comes_to_the_same_with_workers(conftest: str, option: str) -> None:
    _assert_equal(Suite(("passes", "flaky", "fails", "skips"), conftest, option))
