"""What attempts at a test do to those who look on: wrappers, fixtures, the file of JUnit."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest

Run = Callable[..., pytest.RunResult]
Write = Callable[..., None]


def test_what_wraps_a_test_wraps_its_attempts_once(
    run: Run, write: Write, pytester: pytest.Pytester
) -> None:
    write(
        {
            "conftest.py": """
                import pathlib, pytest
                def note(word):
                    with pathlib.Path(".pipeline", "notes").open("a") as notes:
                        notes.write(word)
                @pytest.hookimpl(wrapper=True)
                def pytest_runtest_protocol():
                    note("(")
                    yield
                    note(")")
                    return True
                @pytest.fixture(scope="session")
                def wide():
                    note("[")
                    yield
                    note("]")
            """,
            "tests/unit/test_a.py": """
                import pytest
                from conftest import note
                @pytest.fixture
                def narrow():
                    note("<")
                    yield
                    note(">")
                def test_fine(wide): note("f")
                def test_late(wide, narrow, record_property):
                    note("l")
                    record_property("seen", "once")
                    test_late.runs = getattr(test_late, "runs", 0) + 1
                    assert test_late.runs == 2, "too early"
            """,
            "pipeline.toml": "[stages.unit]\nretries = 1\n",
        }
    )

    result = run("--pipeline-stage=unit", "--junitxml=junit.xml")

    assert result.ret == 0
    assert (pytester.path / ".pipeline" / "notes").read_text() == "([f)(<l><l>])"
    suite = ET.parse(pytester.path / "junit.xml").getroot()[0]  # noqa: S314 - pytest wrote it
    cases = {each.get("name"): each for each in suite.iter("testcase")}
    assert (suite.get("tests"), len(list(suite.iter("testcase")))) == ("2", 2)
    told = [(each.get("name"), each.get("value")) for each in cases["test_late"].iter("property")]
    assert [name for name, _ in told] == ["pipeline.first_failure", "seen"]
    assert "too early" in (told[0][1] or "")


def test_a_failed_tear_down_ends_the_attempts_and_the_wider_fixtures(
    run: Run, write: Write
) -> None:
    body = """
        import pytest
        @pytest.fixture
        def dirty():
            yield
            assert 0, "dirty"
        def test_a(dirty): assert 0
    """
    write(
        {
            "tests/unit/test_a.py": body,
            "tests/unit/test_b.py": "def test_b(): pass\n",
            "pipeline.toml": "[stages.unit]\nretries = 2\n",
        }
    )

    result = run("--pipeline-stage=unit")

    assert result.ret == 1
    assert result.parseoutcomes() == {"rerun": 1, "errors": 1, "passed": 1}
