"""Tests that are tried again, demanded or excused: real sessions, with workers and without."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

Run = Callable[..., pytest.RunResult]
Write = Callable[..., None]

WORKERS = pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "workers"])
WAYS = pytest.mark.parametrize(
    ("asked", "workers"),
    [("--pipeline", ()), ("--pipeline-stage=unit", ("-n", "2"))],
    ids=["whole", "stage-with-workers"],
)
#: Fails until it was run before: a file remembers, in any process.
FLAKY = """
    import pathlib, pytest

    def first(name):
        mark = pathlib.Path(".pipeline", name)
        mark.parent.mkdir(exist_ok=True)
        known = mark.exists()
        mark.touch()
        return not known

    @pytest.fixture
    def doubtful():
        assert not first("fixture"), "in set-up"
        yield
        mark = pathlib.Path(".pipeline", "torn-down")
        mark.write_text(mark.read_text() + "x" if mark.exists() else "x")

    class TestState:
        def test_body(self, doubtful):
            self.runs = getattr(self, "runs", 0) + 1
            assert not first("body"), "in the body"
            assert self.runs == 1

    def test_steady(): pass
"""
QUARANTINE = """
    [[tests]]
    pattern = "tests/unit/test_a.py::test_known"
    owner = "payments"
    reason = "ticket 7"
    expires = %s
""" % (datetime.now(UTC).date() + timedelta(days=30))


def stage_of(pytester: pytest.Pytester) -> dict[str, Any]:
    summary = json.loads((pytester.path / "summary.json").read_text())
    (stage,) = summary["stages"]
    return {"remarks": summary["remarks"], **stage}


def figures_of(stage: dict[str, Any]) -> dict[str, Any]:
    return {each["measure"]: each["value"] for each in stage["objectives"]}


@WAYS
def test_a_stage_tries_failed_tests_again(
    run: Run, write: Write, pytester: pytest.Pytester, asked: str, workers: tuple[str, ...]
) -> None:
    write({"tests/unit/test_a.py": FLAKY, "pipeline.toml": "[stages.unit]\nretries = 2\n"})

    result = run(asked, *workers, "--pipeline-summary=summary.json", beside=("xdist",))

    assert result.ret == 0
    assert result.parseoutcomes()["rerun"] == 2
    stage = stage_of(pytester)
    assert stage["verdict"] == "WARN"
    assert figures_of(stage)["tests.flaky"] == 1
    assert "test_body (first: AssertionError: in set-up" in json.dumps(stage["objectives"])
    assert (pytester.path / ".pipeline" / "torn-down").read_text() == "xx"


def test_a_test_that_fails_each_time_fails(run: Run, write: Write) -> None:
    write(
        {
            "tests/unit/test_a.py": "def test_a(): assert 0\n",
            "pipeline.toml": "[stages.unit]\nretries = 2\n",
        }
    )

    result = run("--pipeline-stage=unit")

    assert result.ret == 1
    assert result.parseoutcomes() == {"failed": 1, "rerun": 2}


def test_subtests_and_tear_downs_that_failed_are_not_tried_again(run: Run, write: Write) -> None:
    write(
        {
            "tests/unit/test_a.py": """
                import pytest
                @pytest.fixture
                def dirty():
                    yield
                    assert 0
                def test_dirty(dirty): pass
                def test_parts(subtests):
                    with subtests.test("one"): assert 0
            """,
            "pipeline.toml": "[stages.unit]\nretries = 2\n",
        }
    )

    result = run("--pipeline-stage=unit")

    assert result.ret == 1
    assert "rerun" not in result.parseoutcomes()


@WORKERS
@pytest.mark.parametrize(
    ("plugin", "option"), [("rerunfailures", "--reruns=2"), ("retry", "--retries=2")]
)
def test_attempts_of_other_plugins_are_known(  # noqa: PLR0913, PLR0917 - a table of two and two
    run: Run,
    write: Write,
    pytester: pytest.Pytester,
    workers: tuple[str, ...],
    plugin: str,
    option: str,
) -> None:
    pytest.importorskip("pytest_retry")
    body = FLAKY.replace("self, doubtful", "self").replace("assert self.runs == 1", "")
    write({"tests/unit/test_a.py": body})

    result = run(
        "--pipeline-stage=unit",
        option,
        *workers,
        *("-p", "xdist"),  # by this name pytest-retry looks for it
        "--pipeline-summary=summary.json",
        beside=(plugin,),
    )

    assert result.ret == 0
    stage = stage_of(pytester)
    assert (stage["verdict"], figures_of(stage)["tests.flaky"]) == ("WARN", 1)
    assert stage["tests"]["passed"] == 2


def test_two_who_try_again_are_refused(run: Run, write: Write) -> None:
    write({"tests/unit/test_a.py": FLAKY, "pipeline.toml": "[stages.unit]\nretries = 2\n"})

    result = run("--pipeline", "--reruns=1", beside=("rerunfailures",))

    assert result.ret == 4
    result.stderr.fnmatch_lines(["*--reruns and retries = 2 of stage unit*keep one of the two"])


def test_a_test_with_a_mark_of_another_plugin_is_left_to_it(run: Run, write: Write) -> None:
    write(
        {
            "tests/unit/test_a.py": """
                import pytest
                @pytest.mark.flaky(reruns=1)
                def test_a(): assert 0
            """,
            "pipeline.toml": "[stages.unit]\nretries = 3\n",
        }
    )

    result = run("--pipeline-stage=unit", beside=("rerunfailures",))

    assert result.ret == 1
    assert result.parseoutcomes()["rerun"] == 1


@WAYS
def test_a_stage_whose_failures_are_all_excused_goes_on(
    run: Run, write: Write, pytester: pytest.Pytester, asked: str, workers: tuple[str, ...]
) -> None:
    more = '[[tests]]\npattern = "x.py"\nowner = "me"\nreason = "y"\nexpires = 2026-01-01\n'
    write(
        {
            "tests/unit/test_a.py": "def test_known(): assert 0\ndef test_fine(): pass\n",
            "pipeline.toml": "[stages.unit]\n",
            "quarantine.toml": QUARANTINE + more.replace("\n", "\n    "),
        }
    )

    result = run(asked, *workers, "--pipeline-summary=summary.json", beside=("xdist",))

    assert result.ret == 0
    result.assert_outcomes(failed=1, passed=1)
    stage = stage_of(pytester)
    assert stage["verdict"] == "WARN"
    assert stage["tests"]["failed"] == 0
    assert figures_of(stage)["tests.quarantined"] == 1
    unused = ["quarantine.toml:7: 'x.py' names no test: take the entry out, or correct it"]
    assert stage["remarks"] == (unused if asked == "--pipeline" else [])


def test_a_quarantined_test_that_passes_is_said(run: Run, write: Write) -> None:
    write(
        {
            "tests/unit/test_a.py": "def test_known(): pass\n",
            "pipeline.toml": "[stages.unit]\n",
            "quarantine.toml": QUARANTINE,
        }
    )

    result = run("--pipeline-stage=unit")

    assert result.ret == 0
    result.stdout.fnmatch_lines(["note: *::test_known is quarantined and passes: take it out*"])


def test_a_change_of_the_quarantine_is_a_change_of_the_revision(
    run: Run, write: Write, pytester: pytest.Pytester
) -> None:
    write(
        {
            "tests/unit/test_a.py": "def test_a(): pass\n",
            "tests/e2e/test_b.py": "def test_b(): pass\n",
            "pipeline.toml": "[stages.unit]\n[stages.e2e]\n",
        }
    )
    assert run("--pipeline-stage=unit").ret == 0
    (pytester.path / "quarantine.toml").write_text("tests = []\n")

    result = run("--pipeline-stage=e2e")

    assert result.ret == 22
    result.stderr.fnmatch_lines(["*(changed: quarantine.toml*"])


def test_a_required_test_that_was_left_out_is_named(
    run: Run, write: Write, pytester: pytest.Pytester
) -> None:
    write(
        {
            "conftest.py": """
                def pytest_collection_modifyitems(items):
                    items[:] = [each for each in items if "gone" not in each.name]
            """,
            "tests/unit/test_a.py": "def test_gone(): pass\ndef test_fine(): pass\n",
            "pipeline.toml": '[stages.unit]\nrequired_tests = ["tests/unit"]\n',
        }
    )

    result = run(
        "--pipeline-stage=unit", "-n", "2", "--pipeline-summary=summary.json", beside=("xdist",)
    )

    assert result.ret == 20
    stage = stage_of(pytester)
    assert figures_of(stage)["tests.required_missing"] == 1
    assert "test_a.py::test_gone (deselected)" in json.dumps(stage["objectives"])


def test_a_module_that_skips_itself_needs_an_allowed_reason(
    run: Run, write: Write, pytester: pytest.Pytester
) -> None:
    write(
        {
            "tests/unit/test_a.py": "def test_fine(): pass\n",
            "tests/unit/test_b.py": """
                import pytest
                pytest.skip("no time", allow_module_level=True)
            """,
            "pipeline.toml": '[stages.unit]\nskip_reasons = ["needs *"]\n',
        }
    )

    result = run(
        "--pipeline-stage=unit", "-n", "2", "--pipeline-summary=summary.json", beside=("xdist",)
    )

    assert result.ret == 20
    assert "tests/unit/test_b.py (no time)" in json.dumps(stage_of(pytester)["objectives"])
