"""Acceptance point 9: plain pytest with the plugin installed, and what it costs."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
from collections.abc import Sequence
from typing import NamedTuple

import pytest

from tests.acceptance.conftest import Show
from tests.e2e.drills.bare_project import write_files
from tests.e2e.drills.drill import SAMPLE_SERVICE, Drill
from tests.e2e.drills.plain_comparison import run_plainly
from tests.e2e.drills.plain_suite import PLAIN_RUNS
from tests.e2e.drills.waiting import now_s

_ROUNDS = 15
#: What a start may cost more with the plugin, seconds of processor time.
_BOUND_S = 0.05


class Cost(NamedTuple):
    """What a process cost."""

    wall_s: float
    cpu_s: float


@pytest.mark.timeout(600)
def test_nothing_but_the_list_of_plugins_changes(drill: Drill, show: Show) -> None:
    rows = []
    for number, arguments in enumerate(PLAIN_RUNS):
        asked = ["-p", "no:cacheprovider", *arguments] if number % 2 else arguments
        a = run_plainly(drill, asked, plugin=True, round_=number)
        b = run_plainly(drill, asked, plugin=False, round_=number)
        same = [a.lines == b.lines, a.cases == b.cases, a.exit_code == b.exit_code]
        rows.append((" ".join(asked) or "plain", b.exit_code, len(b.lines), len(b.cases), *same))
    show(
        "Plain pytest, with the plugin and without",
        ("pytest …", "exit", "lines", "report", "lines same", "report same", "exit same"),
        rows,
    )

    assert all(all(row[4:]) for row in rows)


def test_a_start_costs_next_to_nothing(drill: Drill, show: Show) -> None:
    root = write_files(drill.folder / "suite", {"test_it.py": "def test_it(): pass\n"}).root
    bare = ["-p", "no:cacheprovider"]
    loaded = [*bare, "-p", "pytest_pipeline.plugin"]
    rounds = [  # in turns: what else goes on slows down both
        (_cost(drill, bare, str(root)), _cost(drill, loaded, str(root))) for _ in range(_ROUNDS)
    ]
    rows = [
        (
            name,
            *(
                f"{statistics.median(getattr(each[i], name) for each in rounds):.3f}"
                for i in (0, 1)
            ),
            f"{_added(rounds, name):+.3f}",
        )
        for name in ("wall_s", "cpu_s")
    ]
    show(
        f"Start of pytest, {_ROUNDS} times each in turns: medians",
        ("time", "without", "with", "difference"),
        rows,
    )

    assert _added(rounds, "cpu_s") < _BOUND_S


def _added(rounds: Sequence[tuple[Cost, Cost]], name: str) -> float:
    """Return the median of what a round costs more with the plugin, seconds."""
    return statistics.median(getattr(b, name) - getattr(a, name) for a, b in rounds)


def test_the_sample_service_is_tested_alike(drill: Drill, show: Show) -> None:
    service = drill.copy(SAMPLE_SERVICE, "sample_service")
    counts = {}
    for name, arguments in (("with", ()), ("without", ("-p", "no:pipeline_gates"))):
        done = _run(drill, ["-q", "-m", "", *arguments, "tests/unit"], str(service.root))
        counts[name] = (done.returncode, done.stdout.splitlines()[-1].rpartition(" in ")[0])
    show("Its unit tests", ("plugin", "exit", "says"), [(k, *v) for k, v in counts.items()])

    assert counts["with"] == counts["without"]
    assert counts["with"][0] == 0


def _cost(drill: Drill, arguments: Sequence[str], root: str) -> Cost:
    before, began_s = resource.getrusage(resource.RUSAGE_CHILDREN), now_s()
    assert _run(drill, arguments, root, autoload=False).returncode == 0
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(now_s() - began_s, cpu_s)


def _run(
    drill: Drill, arguments: Sequence[str], root: str, *, autoload: bool = True
) -> subprocess.CompletedProcess[str]:
    variables = drill.variables()
    if not autoload:
        variables["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    return subprocess.run(
        [sys.executable, "-m", "pytest", *(("-p", "no:locust") if autoload else ()), *arguments],
        cwd=root,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
