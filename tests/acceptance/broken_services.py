"""Ways to break the sample service that its gates have to notice, and what they have to say."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.drills.drill import SAMPLE_SERVICE, Drill
from tests.e2e.drills.pipeline_run import PipelineRun
from tests.e2e.drills.repository import Repository

_SKIPPING = """
    import pytest

    @pytest.fixture(autouse=True)
    def no_docker():
        pytest.skip("no Docker here")
"""
_EXPECTING = """
    import pytest

    def pytest_collection_modifyitems(items):
        for item in items:
            item.add_marker(pytest.mark.xfail(strict=False))

    @pytest.fixture(autouse=True)
    def trouble():
        raise RuntimeError("no time")
"""
_DESELECTING = """
    def pytest_collection_modifyitems(config, items):
        config.hook.pytest_deselected(items=items[5:])
        del items[5:]
"""


@dataclass(frozen=True)
class Breakage:
    """One way.

    Attributes:
        name: For people.
        apply: Breaks the service.
        stage: Stage whose gate has to notice.
        exit_code: Exit code of the whole run.
        verdict: Verdict of the stage.
        said: What the output has to say.
    """

    name: str
    apply: Callable[[Repository], None]
    stage: str
    exit_code: int
    verdict: str
    said: str


@dataclass(frozen=True)
class Outcome:
    """What became of a broken service.

    Attributes:
        breakage: How it was broken.
        run: The whole run on it.
        history: What the history says of it.
        left: What was left running.
    """

    breakage: Breakage
    run: PipelineRun
    history: str
    left: Sequence[str]

    @property
    def row(self) -> tuple[object, ...]:
        """The outcome as a row of a table."""
        stages = ", ".join(f"{name} {verdict}" for name, verdict in self.run.verdicts.items())
        deployed = ", ".join(self.run.deployments) or "nothing"
        seconds = f"{self.run.duration_s:.0f} s"
        return (self.breakage.name, self.run.exit_code, stages, deployed, self.history, seconds)

    def check(self) -> None:
        """Hold it against what has to be.

        Raises:
            AssertionError: If something is not.
        """
        wanted, run = self.breakage, self.run
        before = ["unit"] if wanted.stage == "component" else []
        verdicts = {**dict.fromkeys(before, "PASS"), wanted.stage: wanted.verdict}
        assert run.exit_code == run.summary["exit_code"] == wanted.exit_code, run
        assert run.verdicts == verdicts, run
        assert run.deployments == {}
        assert run.summary["released"] is None
        assert wanted.said in run.output, run
        assert f"stage {wanted.stage} is {wanted.verdict}" in self.history
        assert not self.left


COLUMNS = ("broken", "exit", "stages", "deployed", "history", "time")


def run_all(drill: Drill, breakages: Sequence[Breakage], *arguments: str) -> Iterator[Outcome]:
    """Break the service each way, in turns, and run the whole pipeline on it."""
    repository = drill.copy(SAMPLE_SERVICE, "broken")
    for breakage in breakages:
        breakage.apply(repository)
        run = drill.pytest(repository, "--pipeline", *arguments, within_s=180)
        history = drill.command(repository, "history", "--limit", "1").output.splitlines()
        left = tuple(drill.belongings.running().values())
        yield Outcome(breakage, run, " ".join(history[1].split()[3:]), left)
        repository.git("reset", "--quiet", "--hard")
        repository.git("clean", "--quiet", "-fd")


def _written(path: str, content: str) -> Callable[[Repository], None]:
    return lambda repository: repository.write(path, content)


def _break_a_test(repository: Repository) -> None:
    repository.replace("tests/unit/test_pricing.py", "Totals(250, 0, 490)", "Totals(250, 0, 491)")


def _break_a_fixture(repository: Repository) -> None:
    repository.replace(
        "tests/component/conftest.py", "    fake = FakeInventory()\n", "    raise OSError('gone')\n"
    )


def _empty_the_stage(repository: Repository) -> None:
    shutil.rmtree(Path(repository.root, "tests", "unit"))


BREAKAGES = (
    Breakage("one unit test fails", _break_a_test, "unit", 1, "FAIL", "shipping_cents: 490 != 491"),
    Breakage(
        "all component tests are skipped",
        lambda repository: repository.append("tests/component/conftest.py", _SKIPPING),
        "component", 21, "INCONCLUSIVE", "no test passed or failed",
    ),
    Breakage(
        "a component fixture raises", _break_a_fixture, "component", 1, "FAIL", "OSError: gone"
    ),
    Breakage(
        "a test imports locust",
        _written("tests/unit/test_load.py", "from locust import HttpUser\n"),
        "unit", 1, "FAIL", "tests/unit/test_load.py:1 imports locust",
    ),
    Breakage(
        "every failure is expected",
        _written("tests/unit/conftest.py", _EXPECTING),
        "unit", 21, "INCONCLUSIVE", "no test passed or failed",
    ),
    Breakage(
        "a configured stage has no tests",
        _empty_the_stage,
        "unit", 21, "INCONCLUSIVE", "no test passed or failed",
    ),
    Breakage(
        "a conftest.py deselects tests",
        _written("tests/unit/conftest.py", _DESELECTING),
        "unit", 21, "INCONCLUSIVE", "a plugin or conftest.py left out tests/unit/",
    ),
    Breakage(
        "a module cannot be imported",
        _written("tests/unit/test_broken.py", "import not_installed\n"),
        "unit", 1, "FAIL", "No module named 'not_installed'",
    ),
    Breakage(
        "a test ends the session with success",
        _written("tests/unit/test_ends.py", "import pytest\ndef test_it(): pytest.exit('', 0)\n"),
        "unit", 26, "ERROR", "stage unit is ERROR",
    ),
)  # fmt: skip

#: With workers the rest of the session goes on, and the verdict is the same.
LEAVING = Breakage(
    "a test leaves with os._exit(0)",
    _written("tests/unit/test_leaves.py", "import os\ndef test_leaves(): os._exit(0)\n"),
    "unit", 26, "ERROR", "test_leaves.py::test_leaves",
)  # fmt: skip
