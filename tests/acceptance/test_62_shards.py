"""Acceptance 6: a stage in shards comes to what it comes to in one job, and takes less time."""

from __future__ import annotations

import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from rich.console import Console
from rich.table import Table

from pytest_pipeline.domain.shard_cuts import CollectedTest, cut
from tests.equality.sharded import differences, ends_of, project_of
from tests.equality.suites import CONFTESTS, Suite, suites

_EXAMPLES = 40
_SEEN: Counter[str] = Counter()
_TESTS, _SHARDS = 60, (2, 4, 8)


@pytest.fixture(scope="module", autouse=True)
def _table() -> Iterator[None]:
    yield
    table = Table("suites run in shards and in one job", "count")
    for name, count in sorted(_SEEN.items()):
        table.add_row(name, str(count))
    Console().print(table)


def _assert_equal(suite: Suite, total: int) -> None:
    with tempfile.TemporaryDirectory(prefix="sharded-") as folder:
        whole, joined = ends_of(Path(folder), suite, total)
    _SEEN["all"] += 1
    _SEEN[f"joined {joined.verdict}"] += 1
    missing = joined.exit_code == 22
    _SEEN["with a crash, so that a shard is missing"] += missing

    if missing:  # which a test that leaves causes, unless its conftest.py deselects it
        assert suite.crashes, joined.output
    else:
        assert not differences(whole, joined), f"{suite}\n{whole.output}\n{joined.output}"


@pytest.mark.timeout(3600)
@settings(
    max_examples=_EXAMPLES,
    deadline=None,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)
@given(suites().filter(lambda suite: suite.option != "first failure"), st.integers(1, 4))
def test_random_suites_come_to_the_same_in_shards(suite: Suite, total: int) -> None:
    _assert_equal(suite, total)


@pytest.mark.parametrize("conftest", CONFTESTS)
def test_each_disturbance_comes_to_the_same_in_shards(conftest: str) -> None:
    _assert_equal(Suite(("passes", "flaky", "fails", "skips"), conftest, retries=1), 2)


def test_the_longest_shard_is_shorter_than_that_of_a_cut_by_count() -> None:
    table = Table("60 tests, 0.01-0.5 s each", "shards", "ideal", "by durations", "by count")
    drawn = random.Random(20)  # noqa: S311 - no secret
    for total in _SHARDS:
        longest = [_longest(_durations(drawn), total) for _ in range(200)]
        means = [sum(each) / len(longest) for each in zip(*longest, strict=True)]
        table.add_row("mean of the longest, s", str(total), *(f"{each:.3f}" for each in means))

        assert all(ours <= by_count for _, ours, by_count in longest)
    Console().print(table)


def _durations(drawn: random.Random) -> dict[str, float]:
    return {
        f"tests/unit/test_{number // 10}.py::test_{number:03}": drawn.uniform(0.01, 0.5)
        for number in range(_TESTS)
    }


def _longest(durations_s: Mapping[str, float], total: int) -> tuple[float, float, float]:
    """Return the longest shard, seconds: were tests divisible, by durations, by count."""
    tests = [CollectedTest(each) for each in durations_s]

    def longest(known_s: Mapping[str, float]) -> float:
        made = cut(tests, known_s, total)
        parts = [made.part(number) for number in range(1, total + 1)]
        return max(sum(durations_s[each] for each in part) for part in parts)

    return sum(durations_s.values()) / total, longest(durations_s), longest({})


@pytest.mark.parametrize("total", [2, 20, 1000])
def test_a_hundred_thousand_tests_are_cut_within_a_second(total: int) -> None:
    drawn = random.Random(total)  # noqa: S311 - no secret
    tests = [
        CollectedTest(f"tests/test_{number // 50}.py::test_{number % 50}[{number}]", number % 50)
        for number in range(100_000)
    ]
    durations_s = {each.nodeid: drawn.expovariate(5) for each in tests}
    began_s = time.process_time()

    cut(tests, durations_s, total)

    took_s = time.process_time() - began_s
    Console().print(f"100,000 tests in {total} shards: cut in {took_s:.2f} s of the processor")
    assert took_s < 1


@pytest.mark.timeout(600)
def test_shards_of_a_real_suite_take_about_as_long_as_each_other(tmp_path: Path) -> None:
    drawn = random.Random(7)  # noqa: S311 - no secret
    project = project_of(tmp_path / "project", _busy(_durations(drawn)))
    by_count = _shard_times(project.folder, [project.shard(f"{each}/4") for each in range(1, 5)])
    project.whole()
    by_durations = _shard_times(
        project.folder, [project.shard(f"{each}/4") for each in range(1, 5)]
    )
    joined = project.join()

    table = Table("60 busy tests, 4 shards", "each, s of tests", "longest, s")
    for name, times_s in (("by count", by_count), ("by durations", by_durations)):
        table.add_row(name, ", ".join(f"{each:.2f}" for each in times_s), f"{max(times_s):.2f}")
    Console().print(table)
    assert joined.exit_code == 0, joined.output
    assert max(by_durations) < 1.25 * max(by_count), "others may keep the machine busy"


def _busy(durations_s: Mapping[str, float]) -> dict[str, str]:
    """Return a suite whose tests keep the processor busy for so long."""
    head = "import time\ndef busy(s):\n    end = time.process_time() + s\n"
    head += "    while time.process_time() < end: pass\n"
    files: dict[str, str] = {"pipeline.toml": "[stages.unit]\n"}
    for nodeid, each_s in durations_s.items():
        path, _, name = nodeid.partition("::")
        files.setdefault(path, head)
        files[path] += f"def {name}(): busy({each_s:.3f})\n"
    return files


def _shard_times(folder: Path, done: Sequence[object]) -> list[float]:
    """Return what the tests of the shards that were run last took, seconds."""
    summaries = []
    for path in sorted((folder / ".pipeline" / "reports").glob("*.json"), key=_written):
        report = json.loads(path.read_text())
        if report["tally"]["collected"] < _TESTS:
            summaries.append(float(report["tally"]["duration_s"]))
    return summaries[-len(done) :]


def _written(path: Path) -> float:
    return path.stat().st_mtime
