"""Stages that look fine to some tool, and what a gate has to say of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import dedent

_PASSING = "def test_passes(): pass\n"


@dataclass(frozen=True)
class DoubtfulStage:
    """The unit tests of a project whose gate has to hold.

    Attributes:
        name: What is doubtful about it.
        files: Files of the project beside the component test that comes after.
        exit_code: What the process has to say.
        verdict: What the gate has to say.
        said: What the output has to say.
    """

    name: str
    files: Mapping[str, str]
    exit_code: int
    verdict: str
    said: str

    @property
    def project(self) -> dict[str, str]:
        """All files; a stage that must not be reached is among them."""
        return {
            "tests/component/test_next.py": _PASSING,
            **{name: dedent(content) for name, content in self.files.items()},
        }


def _unit(name: str, body: str, exit_code: int, verdict: str, said: str) -> DoubtfulStage:
    tests = {"tests/unit/test_it.py": _PASSING + dedent(body)}
    return DoubtfulStage(name, tests, exit_code, verdict, said)


def _steered(name: str, hooks: str, exit_code: int, verdict: str, said: str) -> DoubtfulStage:
    tests = _PASSING + "def test_other(): pass\n"
    files = {"tests/unit/test_it.py": tests, "conftest.py": hooks}
    return DoubtfulStage(name, files, exit_code, verdict, said)


_ALL_SKIPPED = """
    import pytest
    pytestmark = pytest.mark.skip(reason="no Docker here")
    def test_skipped(): raise RuntimeError("ran")
"""
_EXPECTED_FAILURES = """
    import pytest
    pytestmark = pytest.mark.xfail(reason="known", strict=False)
    def test_fails(): assert 0
"""
_NOTHING_KNOWN = "no test passed or failed, nothing is known"

DOUBTFUL_STAGES = (
    _unit("one test fails", "def test_fails(): assert 0", 1, "FAIL", "::test_fails - assert 0"),
    DoubtfulStage(
        "every test is skipped",
        {"tests/unit/test_it.py": _ALL_SKIPPED},
        21, "INCONCLUSIVE", _NOTHING_KNOWN,
    ),
    DoubtfulStage(
        "every failure is expected",
        {"tests/unit/test_it.py": _EXPECTED_FAILURES},
        21, "INCONCLUSIVE", _NOTHING_KNOWN,
    ),
    DoubtfulStage(
        "it has no tests",
        {"pipeline.toml": "[stages.unit]\n[stages.component]\n"},
        21, "INCONCLUSIVE", _NOTHING_KNOWN,
    ),
    _unit(
        "a fixture raises",
        """
            import pytest
            @pytest.fixture
            def database(): raise RuntimeError("no database")
            def test_stores(database): pass
        """,
        1, "FAIL", "RuntimeError: no database",
    ),
    DoubtfulStage(
        "a module cannot be imported",
        {"tests/unit/test_it.py": _PASSING, "tests/unit/test_broken.py": "import not_installed\n"},
        1, "FAIL", "No module named 'not_installed'",
    ),
    DoubtfulStage(
        "a module imports locust",
        {"tests/unit/test_it.py": _PASSING, "tests/unit/test_load.py": "from locust import task\n"},
        1, "FAIL", "tests/unit/test_load.py:1 imports locust",
    ),
    _steered(
        "a conftest.py deselects a test",
        """
            def pytest_collection_modifyitems(config, items):
                config.hook.pytest_deselected(items=items[1:])
                items[:] = items[:1]
        """,
        21, "INCONCLUSIVE", "left out tests/unit/test_it.py::test_other",
    ),
    _steered(
        "a conftest.py drops a test",
        "def pytest_collection_modifyitems(items): del items[1:]",
        21, "INCONCLUSIVE", "left out tests/unit/test_it.py::test_other",
    ),
    _steered(
        "a conftest.py makes failure a success",
        """
            import pytest
            @pytest.fixture(autouse=True)
            def trouble(): assert 0, "seen"
            @pytest.hookimpl(trylast=True)
            def pytest_sessionfinish(session): session.exitstatus = 0
        """,
        1, "FAIL", 'assert 0, "seen"',
    ),
    _steered(
        "a plugin is not content",
        """
            import pytest
            @pytest.hookimpl(wrapper=True)
            def pytest_runtestloop(session):
                result = yield
                session.testsfailed += 1
                return result
        """,
        26, "ERROR", "exit status 1 though no test failed",
    ),
    _unit(
        "a test ends the session with success",
        "import pytest\ndef test_ends(): pytest.exit('enough', 0)\ndef test_z(): pass",
        26, "ERROR", "stage unit is ERROR",
    ),
)  # fmt: skip
