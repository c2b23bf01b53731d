"""`pytest --pipeline`: stages are child sessions, their reports are pytest's own."""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest

Run = Callable[..., pytest.RunResult]
Write = Callable[..., None]

THREE = {
    "tests/unit/test_a.py": "def test_unit(): pass",
    "tests/integration/test_b.py": """
        import pytest
        def test_integration(): pass
        def test_skips(): pytest.skip("later")
        @pytest.mark.e2e
        def test_journey(): pass
    """,
}
FAILING = {
    "tests/unit/test_a.py": """
        def test_fails():
            print("what it printed")
            assert [1, 2] == [1, 3]
    """,
    "tests/e2e/test_c.py": "def test_journey(): pass",
}


def test_layers_run_in_order_across_files(run: Run, write: Write) -> None:
    write(THREE)

    result = run("--pipeline", "-v")

    assert result.ret == 0
    result.assert_outcomes(passed=3, skipped=1)
    result.stdout.fnmatch_lines(
        ["*::test_unit PASSED*", "*::test_integration PASSED*", "*::test_journey PASSED*"]
    )


def test_a_failure_looks_like_pytests_and_stops_later_stages(run: Run, write: Write) -> None:
    write(FAILING)

    result = run("--pipeline", "-rA", "--durations=1")

    assert result.ret == 1
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*= FAILURES =*",
            ">*assert [[]1, 2] == [[]1, 3]",
            "E*At index 1 diff: 2 != 3",
            "*Captured stdout call*",
            "what it printed",
            "*slowest 1 durations*",
            "FAILED tests/unit/test_a.py::test_fails - *",
        ]
    )
    result.stdout.no_fnmatch_line("*test_journey*")


def test_all_skipped_is_inconclusive(run: Run, write: Write) -> None:
    write({"tests/unit/test_a.py": "import pytest\ndef test_it(): pytest.skip('no docker')\n"})

    assert run("--pipeline").ret == 21


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "xdist"])
@pytest.mark.parametrize("mode", ["--pipeline", "--pipeline-stage=unit"])
@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param("def test_it(): pass", 0, id="passed"),
        pytest.param("def test_it(): assert 0", 1, id="failed"),
        pytest.param("import pytest\ndef test_it(): pytest.skip('x')", 21, id="skipped"),
        pytest.param(
            "import pytest\n@pytest.fixture\ndef x(): 1/0\ndef test_it(x): pass", 1, id="error"
        ),
        pytest.param("import nowhere", 1, id="broken-module"),
    ],
)
def test_verdicts_do_not_depend_on_workers(  # noqa: PLR0913, PLR0917 - parameters
    run: Run, write: Write, mode: str, workers: tuple[str, ...], body: str, code: int
) -> None:
    write({"tests/unit/test_a.py": body})

    result = run(mode, *workers, beside=("xdist",))

    assert result.ret == code


def test_workers_are_the_stages_and_reports_say_which(run: Run, write: Write) -> None:
    write(FAILING)

    result = run("--pipeline", "-n", "1", "-v", beside=("xdist",))

    assert result.ret == 1
    result.stdout.fnmatch_lines(["[[]gw0]*FAILED*test_fails*", "[[]gw0] linux -- Python*"])


def test_junitxml_is_one_file_of_all_stages(
    run: Run, write: Write, pytester: pytest.Pytester
) -> None:
    write(THREE)

    result = run("--pipeline", "--junitxml=all.xml")

    suite = ET.parse(pytester.path / "all.xml").getroot()[0]  # noqa: S314 - our own file
    assert result.ret == 0
    assert suite.attrib["tests"] == "4"
    assert suite.attrib["skipped"] == "1"
    assert [case.attrib["name"] for case in suite.iter("testcase")] == [
        "test_unit", "test_integration", "test_skips", "test_journey",
    ]  # fmt: skip
    assert all(float(case.attrib["time"]) < 60 for case in suite.iter("testcase"))


def test_warnings_of_all_stages_are_shown(run: Run, write: Write) -> None:
    write(
        {
            "tests/unit/test_a.py": """
                import warnings
                def test_it(): warnings.warn(DeprecationWarning("old ways"))
            """
        }
    )

    result = run("--pipeline")

    assert result.ret == 0
    result.assert_outcomes(passed=1, warnings=1)
    result.stdout.fnmatch_lines(["*warnings summary*", "*DeprecationWarning: old ways"])


def test_maxfail_counts_within_a_stage_and_narrows_it(run: Run, write: Write) -> None:
    write(
        {
            "tests/unit/test_a.py": """
                def test_1(): assert 0
                def test_2(): assert 0
                def test_3(): assert 0
            """
        }
    )

    result = run("--pipeline", "--maxfail=2")

    assert result.ret == 1
    result.assert_outcomes(failed=2)
    result.stdout.no_fnmatch_line("*never reported*")


def test_last_failures_survive_the_later_stages(
    run: Run, write: Write, pytester: pytest.Pytester
) -> None:
    write(FAILING)

    run("--pipeline")
    rerun = run("--lf", "-v")

    rerun.assert_outcomes(failed=1)
    rerun.stdout.fnmatch_lines(["*test_fails FAILED*"])
    assert not list(pytester.path.glob(".coverage*"))


def test_addopts_of_the_environment_apply_once(
    run: Run, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(
        {
            "conftest.py": """
                def pytest_addoption(parser):
                    parser.addoption("--twice", action="append", default=[])
            """,
            "tests/unit/test_a.py": """
                def test_it(pytestconfig):
                    assert pytestconfig.getoption("twice") == ["once"]
            """,
        }
    )
    monkeypatch.setenv("PYTEST_ADDOPTS", "--twice=once")

    result = run("--pipeline")

    assert result.ret == 0


def test_a_markexpr_of_the_ini_file_is_overridden(run: Run, write: Write) -> None:
    write(
        {"tests/e2e/test_a.py": "import pytest\n@pytest.mark.e2e\ndef test_it(): pass\n"},
        ini="addopts = -m 'not e2e'\nmarkers = e2e: x",
    )

    result = run("--pipeline")

    assert result.ret == 0
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*-m 'not e2e' of the ini file is overridden*"])


def test_a_test_in_a_file_of_another_layer_is_not_imported_by_it(run: Run, write: Write) -> None:
    write(
        {
            "tests/unit/test_a.py": "def test_it(): pass",
            "tests/e2e/test_b.py": """
                import sys
                assert "--pipeline-stage=e2e" in sys.argv, "imported by another stage"
                def test_it(): pass
            """,
        }
    )

    result = run("--pipeline")

    assert result.ret == 0
    result.assert_outcomes(passed=2)


def test_without_a_terminal_it_runs_as_well(run: Run, write: Write) -> None:
    write(FAILING)

    assert run("--pipeline", "-p", "no:terminal").ret == 1


def test_quiet_shows_dots(run: Run, write: Write) -> None:
    write(THREE)

    result = run("--pipeline", "-q")

    assert result.ret == 0
    assert re.search(r"3 passed, 1 skipped in", result.stdout.str())
