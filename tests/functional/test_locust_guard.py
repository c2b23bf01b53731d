"""Locust never gets into a test process."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Run = Callable[..., pytest.RunResult]
Write = Callable[..., None]


@pytest.mark.parametrize("mode", ["--pipeline", "--pipeline-stage=performance"])
def test_a_module_that_imports_locust_is_an_error_naming_it(
    run: Run, write: Write, mode: str
) -> None:
    write({"tests/performance/test_a.py": "\nfrom locust import HttpUser\ndef test_it(): pass\n"})

    result = run(mode)

    assert result.ret == 1
    result.stdout.fnmatch_lines(
        ["*tests/performance/test_a.py:2 imports locust*pipeline_load_test(locustfile=*"]
    )


def test_a_module_that_imports_it_indirectly_is_an_error(run: Run, write: Write) -> None:
    write(
        {
            "users.py": "import locust.user",
            "tests/performance/test_a.py": "import users\ndef test_it(): pass\n",
        },
        ini="pythonpath = .",
    )

    result = run("--pipeline-stage=performance")

    assert result.ret == 1
    result.stdout.fnmatch_lines(["*users.py:1 imports locust*"])


def test_a_conftest_that_imports_it_is_an_error(run: Run, write: Write) -> None:
    write({"conftest.py": "import locust", "tests/unit/test_a.py": "def test_it(): pass\n"})

    result = run("--pipeline")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "conftest.py:1 imports locust" in result.stderr.str()


def test_locustfiles_are_not_collected(run: Run, write: Write) -> None:
    write(
        {
            "tests/performance/locustfile_test.py": "import locust",
            "tests/performance/test_a.py": "def test_it(): pass\n",
        }
    )

    result = run("--pipeline-stage=performance")

    assert result.ret == 0
    result.assert_outcomes(passed=1)


def test_plain_pytest_does_not_care(run: Run, write: Write) -> None:
    write(
        {"locust.py": "", "test_a.py": "import locust\ndef test_it(): pass\n"}, ini="pythonpath = ."
    )

    run().assert_outcomes(passed=1)
