"""Commands that print or end, and tests of the service."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pytest_pipeline.domain.alarms.sources import CommandSource, TestsSource
from pytest_pipeline.engine.alarm_sources import Answer
from tests.component.adapters.alarms.conftest import Ask


def python(text: str) -> tuple[str, ...]:
    return (sys.executable, "-S", "-E", "-c", text)


@pytest.mark.parametrize(
    ("text", "value", "reason"),
    [
        ("print(' 2.5 ')", 2.5, ""),
        ("print('{release}'[1:])", 2, ""),
        ("print('2 of 3')", None, "printed '2 of 3', wanted a number and nothing else"),
        ("print('nan')", None, "printed 'nan', wanted a number and nothing else"),
        ("pass", None, "printed '', wanted a number and nothing else"),
        ("print(2); raise SystemExit(3)", None, "ended with exit code 3"),
        ("import signal; signal.pause()", None, "did not end within 1 s"),
    ],
)
def test_a_command_prints_a_number(ask: Ask, text: str, value: float | None, reason: str) -> None:
    answer = ask(CommandSource(python(text)), timeout_s=1)

    assert answer.value == value
    assert answer.reason.endswith(reason)
    assert bool(answer.reason) == bool(reason)


@pytest.mark.parametrize(("code", "value"), [(0, 1), (1, 0), (7, 0)])
def test_without_a_bound_its_exit_code_speaks(ask: Ask, code: int, value: float) -> None:
    assert ask(CommandSource(python(f"raise SystemExit({code})"), number=False)) == Answer(value)


def test_a_command_that_does_not_exist_has_said_nothing(ask: Ask) -> None:
    answer = ask(CommandSource(("/does/not/exist",), number=False))

    assert answer.value is None
    assert "/does/not/exist" in answer.reason


@pytest.mark.parametrize(
    ("text", "value", "reason"),
    [
        ("def test_it(pipeline_environment): assert pipeline_environment.url", 1, ""),
        ("def test_it(): assert False", 0, ""),
        ("import pytest\ndef test_it(): pytest.skip('no')", None, "were not executed"),
        ("syntax error", None, "could not be collected"),
    ],
)
def test_tests_speak_when_one_was_executed(
    ask: Ask, root: Path, text: str, value: float | None, reason: str
) -> None:
    folder = root / "tests" / "e2e"
    folder.mkdir(parents=True)
    (folder / "test_alarm.py").write_text(text + "\n")

    answer = ask(TestsSource(("tests/e2e/test_alarm.py",)), timeout_s=60)

    assert (answer.value, reason in answer.reason) == (value, True), answer.reason
    assert bool(answer.reason) == bool(reason)
