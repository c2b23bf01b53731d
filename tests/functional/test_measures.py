"""What a gate can judge: figures of tests, hooks, coverage and time, the same in every mode."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from tests.statements import claimed_in

Run = Callable[..., pytest.RunResult]
Write = Callable[..., None]

MODES = [
    pytest.param(("--pipeline-stage=unit",), id="alone"),
    pytest.param(("--pipeline-stage=unit", "-n", "2"), id="alone-xdist"),
    pytest.param(("--pipeline",), id="pipeline"),
    pytest.param(("--pipeline", "-n", "2"), id="pipeline-xdist"),
]
ASKED = {
    "coverage.branch_percent": ">= 0",
    "coverage.changed_percent": ">= 0",
    "coverage.percent[orders.domain]": ">= 0",
    "coverage.percent[orders]": ">= 0",
    "custom.rows": "== 12",
    "custom.size": "== 3",
    "duration.unit_s": ">= 0",
}
PROJECT = {
    "pipeline.toml": "".join(
        f'[[stages.unit.objectives]]\nmeasure = "{name}"\npass = "{bound}"\n'
        for name, bound in ASKED.items()
    ),
    ".gitignore": ".pipeline/\n.coverage*\n__pycache__/\n.pytest_cache/\n*.ini\n*.json\n",
    "conftest.py": """
        from pytest_pipeline.domain.measures import Measure

        def pytest_pipeline_measures(config):
            yield Measure("custom.size", "files", "files that a run left")

        def pytest_pipeline_measure(config, stage):
            assert not hasattr(config, "workerinput")
            return {"custom.size": 3.0 if stage == "unit" else 0.0}
    """,
    "src/orders/__init__.py": "",
    "src/orders/api.py": "def serve():\n    return 1\n",
    "src/orders/domain/__init__.py": "",
    "src/orders/domain/prices.py": "def price(n):\n    if n > 1:\n        return 2\n    return 1\n",
    "tests/unit/test_a.py": """
        from orders.domain.prices import price
        def test_one(pipeline_record):
            pipeline_record("custom.rows", 12, unit="rows")
            assert price(1) == 1
    """,
    "tests/unit/test_b.py": """
        import orders.api
        def test_other(): pass
    """,
}
CHANGED = """def price(n):
    if n > 1:
        return 3
    if n < 0:
        return 0
    return 1
"""


def _git(pytester: pytest.Pytester, *arguments: str) -> None:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    subprocess.run(
        ["git", *identity, *arguments],
        cwd=pytester.path,
        check=True,
        capture_output=True,
        timeout=30,
    )


@pytest.fixture
def project(pytester: pytest.Pytester, write: Write) -> None:
    """A package in src/ on a branch that changed three of its lines."""
    write(PROJECT, ini="pythonpath = src")
    _git(pytester, "init", "-q", "-b", "main")
    _git(pytester, "add", ".")
    _git(pytester, "commit", "-q", "-m", "first")
    _git(pytester, "checkout", "-q", "-b", "change")
    _git(pytester, "commit", "-q", "--allow-empty", "-m", "second")
    (pytester.path / "src/orders/domain/prices.py").write_text(CHANGED)


def _evidence(pytester: pytest.Pytester) -> dict[str, Any]:
    (file,) = (pytester.path / ".pipeline/evidence/unit").glob("*.json")
    return claimed_in(file)


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("mode", MODES)
def test_figures_are_the_same_in_every_mode(
    run: Run, pytester: pytest.Pytester, mode: tuple[str, ...]
) -> None:
    result = run(*mode, "--cov=src", "--cov-branch", beside=("cov", "xdist"))

    evidence = _evidence(pytester)
    measured = evidence["measurements"]
    assert result.ret == 0, result.stdout.str()
    assert {name: measured[name] for name in ASKED if "duration" not in name} == {
        # 4 of 6 lines of prices.py and 1 of 2 of api.py ran, and 2 of 4 branches were taken
        "coverage.branch_percent": 50.0,
        # return 3, if n < 0, return 0: the middle one ran
        "coverage.changed_percent": pytest.approx(100 / 3),
        "coverage.percent[orders.domain]": 60.0,
        "coverage.percent[orders]": pytest.approx(100 * 7 / 12),
        "custom.rows": 12,
        "custom.size": 3,
    }
    assert 0 < measured["duration.unit_s"] <= measured["tests.duration_s"] + 1e-9
    assert 0 < measured["duration.slowest_s"] <= measured["duration.unit_s"]
    assert measured["duration.wall_s"] > 0
    assert evidence["registered"] == {
        "custom.rows": ["rows", ""],
        "custom.size": ["files", "files that a run left"],
    }


OF_CHANGES = """
    [[stages.unit.objectives]]
    measure = "coverage.changed_percent"
    pass = ">= 0"
"""


@pytest.mark.parametrize(
    ("test", "options", "reason"),
    [
        pytest.param(
            "def test_it(): import shop",
            (),
            "coverage was not measured: run with --cov",
            id="not-asked-for",
        ),
        pytest.param(
            "def test_it(): pass", ("--cov=shop",), "coverage data cannot be read", id="no-data"
        ),
        pytest.param(
            "def test_it(): import shop; exec(compile('a = 1', 'ghost.py', 'exec'))",
            ("--cov=.",),
            "coverage data cannot be read: No source for code",
            id="source-gone",
        ),
        pytest.param(
            "def test_it(): import shop", ("--cov=shop",), "is in no git work tree", id="no-git"
        ),
    ],
)
def test_coverage_that_cannot_be_told_is_inconclusive(
    run: Run, write: Write, test: str, options: tuple[str, ...], reason: str
) -> None:
    write(
        {"pipeline.toml": OF_CHANGES, "shop.py": "ONE = 1\n", "tests/unit/test_a.py": test},
        ini="pythonpath = .",
    )

    result = run("--pipeline-stage=unit", *options, beside=("cov",))

    assert result.ret == 21
    result.stdout.fnmatch_lines([f"*coverage.changed_percent was not measured: *{reason}*"])


OF_SIZE = """
    [[stages.unit.objectives]]
    measure = "custom.size"
    pass = "== 1"
"""


@pytest.mark.parametrize(
    ("hook", "reason"),
    [
        pytest.param("measure(config, stage): return 1 / 0", "ZeroDivisionError", id="raises"),
        pytest.param(
            "measure(config, stage): return {'tests.failed': 0.0}",
            "begins with 'custom.'",
            id="name-of-the-pipeline",
        ),
        pytest.param(
            "measure(config, stage): return {'custom.size': float('nan')}", "finite", id="nan"
        ),
        pytest.param(
            "measure(config, stage): return {'custom.size': 1}",
            "recorded by a test and by a hook",
            id="of-a-test-too",
        ),
        pytest.param("measures(config): yield 3", "AttributeError", id="no-measure"),
    ],
)
def test_a_hook_that_goes_wrong_is_an_error(run: Run, write: Write, hook: str, reason: str) -> None:
    write(
        {
            "pipeline.toml": OF_SIZE,
            "conftest.py": f"def pytest_pipeline_{hook}",
            "tests/unit/test_a.py": """
                def test_it(pipeline_record): pipeline_record("custom.size", 1)
            """,
        }
    )

    result = run("--pipeline-stage=unit")

    assert result.ret == 26
    result.stdout.fnmatch_lines([f"*{reason}*"])


def test_the_controller_hears_of_a_hook_that_went_wrong(run: Run, write: Write) -> None:
    write(
        {
            "conftest.py": "def pytest_pipeline_measure(config, stage): return 1 / 0",
            "tests/unit/test_a.py": "def test_it(): pass",
        }
    )

    result = run("--pipeline")

    assert result.ret == 26
    result.stdout.fnmatch_lines(["*hook pytest_pipeline_measure: ZeroDivisionError*"])


def test_a_test_that_records_runs_in_plain_pytest_as_well(run: Run, write: Write) -> None:
    write(
        {
            "test_a.py": """
                import pytest
                def test_it(pipeline_record):
                    pipeline_record("custom.rows", 12, unit="rows")
                def test_wrong(pipeline_record):
                    with pytest.raises(ValueError, match="use 'custom.rows'"):
                        pipeline_record("rows", 12)
            """
        }
    )

    run().assert_outcomes(passed=2)
