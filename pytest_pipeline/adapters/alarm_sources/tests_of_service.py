"""Runs tests of the service against the clients' URL."""

from __future__ import annotations

from pytest_pipeline.domain.alarms.sources import TestsSource
from pytest_pipeline.engine.alarm_sources import Answer, Question
from pytest_pipeline.engine.ports import SmokeTests
from pytest_pipeline.errors import SmokeTestError, TestsFailedError


def ask_tests(source: TestsSource, question: Question, smoke_tests: SmokeTests) -> Answer:
    """Run tests: true when they passed, false when one failed, nothing when none was executed."""
    try:
        smoke_tests.run(source.tests, question.handoff, folder=question.folder)
    except TestsFailedError:
        return Answer(0.0)
    except SmokeTestError as error:
        return Answer(reason=str(error))
    return Answer(1.0)
