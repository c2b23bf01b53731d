"""Which layer a test belongs to, and what becomes of tests whose layer shows late."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

Run = Callable[..., pytest.RunResult]
Write = Callable[..., None]

CLOSEST = {
    "tests/e2e/test_a.py": """
        import pytest
        pytestmark = pytest.mark.integration

        @pytest.mark.component
        class TestOuter:
            @pytest.mark.unit
            def test_by_function(self): pass
            def test_by_class(self): pass

        @pytest.mark.performance
        class TestDerived(TestOuter):
            def test_by_derived(self): pass

        def test_by_module(): pass
    """,
    "tests/e2e/test_b.py": "def test_by_folder(): pass",
}


@pytest.mark.parametrize(
    ("stage", "tests"),
    [
        pytest.param("unit", 2, id="function"),
        pytest.param("component", 1, id="class"),
        pytest.param("performance", 2, id="derived-class"),
        pytest.param("integration", 1, id="module"),
        pytest.param("e2e", 1, id="folder"),
    ],
)
def test_the_closest_mark_wins(
    run: Run, write: Write, pytester: pytest.Pytester, stage: str, tests: int
) -> None:
    write(CLOSEST)

    result = run("--pipeline", "--pipeline-summary=summary.json")

    stages = json.loads((pytester.path / "summary.json").read_text())["stages"]
    assert result.ret == 0
    assert {each["name"]: each["tests"]["executed"] for each in stages}[stage] == tests


@pytest.mark.parametrize("workers", [(), ("-n", "1")], ids=["alone", "xdist"])
@pytest.mark.parametrize("mode", ["--pipeline", "--pipeline-stage=unit"])
def test_two_layers_at_one_level_are_an_error(
    run: Run, write: Write, mode: str, workers: tuple[str, ...]
) -> None:
    write(
        {
            "tests/test_a.py": """
                import pytest
                @pytest.mark.unit
                @pytest.mark.e2e
                def test_it(): pass
            """
        }
    )

    result = run(mode, *workers, beside=("xdist",))

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "test_a.py:3: test_it: two layers at one level" in f"{result.stdout}{result.stderr}"


def test_the_users_layers_have_globs_and_marks(run: Run, write: Write) -> None:
    write(
        {
            "pipeline.toml": '[layers]\nsmoke = ["checks/**/*.py"]\n',
            "checks/test_a.py": "def test_by_glob(): pass",
            "tests/test_b.py": "import pytest\n@pytest.mark.smoke\ndef test_by_mark(): pass",
        }
    )

    result = run("--pipeline-stage=smoke", "--strict-markers")

    assert result.ret == 0
    result.assert_outcomes(passed=2)


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "xdist"])
@pytest.mark.parametrize("mode", ["--pipeline", "--pipeline-stage=unit"])
def test_tests_without_layer_are_counted_by_folder(
    run: Run, write: Write, mode: str, workers: tuple[str, ...]
) -> None:
    write(
        {
            "tests/unit/test_a.py": "def test_it(): pass",
            "tests/db/test_b.py": "def test_1(): pass\ndef test_2(): pass",
            "test_c.py": "def test_it(): pass",
        }
    )

    result = run(mode, *workers, beside=("xdist",))

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    said = f"{result.stdout}{result.stderr}"
    assert "3 tests without a layer" in said
    assert "  tests/db/: 2 tests" in said
    assert "[tool.pytest_pipeline.layers]" in said
    assert 'unit = ["*.py", "tests/db/*.py"]' in said


LATE = """
    import pytest
    def pytest_collection_modifyitems(items):
        for item in items:
            if "late" in item.name:
                item.add_marker("{layer}")
"""


def test_a_mark_made_at_run_time_moves_the_test_to_its_later_stage(run: Run, write: Write) -> None:
    write(
        {
            "conftest.py": LATE.format(layer="e2e"),
            "tests/unit/test_a.py": "def test_it(): pass\ndef test_late(): pass",
            "tests/e2e/test_b.py": "def test_journey(): pass",
        }
    )

    result = run("--pipeline", "-v")

    assert result.ret == 0
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(["*test_it PASSED*", "*test_journey PASSED*", "*test_late PASSED*"])


@pytest.mark.parametrize("workers", [(), ("-n", "1")], ids=["alone", "xdist"])
def test_a_mark_whose_stage_is_over_is_a_problem(
    run: Run, write: Write, workers: tuple[str, ...]
) -> None:
    write(
        {
            "conftest.py": LATE.format(layer="unit"),
            "tests/unit/test_a.py": "def test_it(): pass",
            "tests/e2e/test_b.py": "def test_journey(): pass\ndef test_late(): pass",
        }
    )

    result = run("--pipeline", *workers, beside=("xdist",))

    assert result.ret == 26
    assert "turned out to be unit, whose stage is over" in " ".join(result.stdout.str().split())


def test_layers_made_at_run_time_alone_are_discovered(run: Run, write: Write) -> None:
    write(
        {
            "conftest.py": LATE.format(layer="e2e"),
            "tests/test_a.py": "def test_late(): pass",
        }
    )

    result = run("--pipeline")

    assert result.ret == 0
    result.assert_outcomes(passed=1)


def test_tests_that_are_no_python_files_are_not_lost(run: Run, write: Write) -> None:
    write(
        {
            "conftest.py": """
                import pytest
                class File(pytest.File):
                    def collect(self): yield Item.from_parent(self, name=self.path.stem)
                class Item(pytest.Item):
                    def runtest(self): pass
                def pytest_collect_file(parent, file_path):
                    if file_path.suffix == ".case":
                        return File.from_parent(parent, path=file_path)
            """,
            "tests/unit/test_a.py": "def test_it(): pass",
            "tests/e2e/test_b.py": "def test_it(): pass",
            "tests/e2e/journey.case": "",
            "tests/e2e/doc.txt": ">>> 1 + 1\n2\n",
        }
    )

    result = run("--pipeline", "--doctest-glob=*.txt", "-v")

    assert result.ret == 0
    result.assert_outcomes(passed=4)
    result.stdout.fnmatch_lines(
        ["*unit/test_a.py::test_it PASSED*", "*journey.case::journey PASSED*"]
    )


def test_a_broken_conftest_of_another_layer_does_not_matter(run: Run, write: Write) -> None:
    write(
        {
            "tests/unit/test_a.py": "def test_it(): pass",
            "tests/e2e/conftest.py": "import nowhere",
            "tests/e2e/test_b.py": "def test_it(): pass",
        }
    )

    result = run("--pipeline-stage=unit")

    assert result.ret == 0
    result.assert_outcomes(passed=1)


def test_the_list_counts_tests_of_layers(run: Run, write: Write) -> None:
    write(CLOSEST)

    result = run("--pipeline-list")

    assert result.ret == 0
    result.stdout.fnmatch_lines(["*component*1*"])
    result.stdout.no_fnmatch_line("*PASSED*")
