"""Asks each question in a thread of its own, so that a slow source delays nobody else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Thread

from pytest_pipeline.adapters.alarm_sources.commands import ask_command
from pytest_pipeline.adapters.alarm_sources.documents import ask_document
from pytest_pipeline.adapters.alarm_sources.instances import ask_instances
from pytest_pipeline.adapters.alarm_sources.prometheus import ask_prometheus
from pytest_pipeline.adapters.alarm_sources.secrets import without_values
from pytest_pipeline.adapters.alarm_sources.tests_of_service import ask_tests
from pytest_pipeline.domain.alarms.sources import (
    CommandSource,
    HttpSource,
    InstancesSource,
    PrometheusSource,
    TestsSource,
)
from pytest_pipeline.engine.alarm_sources import Answer, PendingAnswer, Question
from pytest_pipeline.engine.ports import Clock, Processes, SmokeTests
from pytest_pipeline.errors import PipelineError


class _Pending:
    """Implements `engine.alarm_sources.PendingAnswer` with a thread that nobody waits for."""

    def __init__(self, ask: Callable[[], Answer]) -> None:
        self._answer: Answer | None = None
        self._ask = ask
        Thread(target=self._run, name="alarm source", daemon=True).start()

    def taken(self) -> Answer | None:
        """Return the answer; None while there is none yet."""
        return self._answer

    def _run(self) -> None:
        try:
            self._answer = self._ask()
        except Exception as error:  # noqa: BLE001 - what cannot be read is an answer as well
            ours = isinstance(error, PipelineError)
            # What others' errors say may hold a header, and so a secret.
            said = str(error) if ours else f"it could not be asked ({type(error).__name__})"
            self._answer = Answer(reason=said)


class RealAlarmSources:
    """Implements `engine.alarm_sources.AlarmSources`.

    Args:
        clock: For deadlines.
        processes: Runs commands; nothing that they start outlives its owner.
        smoke_tests: Makes what runs tests, given their deadline in seconds.
        root: The service root, the working directory of commands.
        environ: Variables of commands, and where the values of headers are found.
    """

    def __init__(
        self,
        clock: Clock,
        processes: Callable[[], Processes],
        smoke_tests: Callable[[float], SmokeTests],
        *,
        root: Path,
        environ: Mapping[str, str],
    ) -> None:
        self._clock = clock
        self._processes = processes
        self._smoke_tests = smoke_tests
        self._root = root
        self._environ = environ

    def ask(self, question: Question) -> PendingAnswer:
        """Begin to ask; see the port."""
        return _Pending(lambda: self._answer(question))

    def _answer(self, question: Question) -> Answer:
        source = question.source
        match source:
            case InstancesSource():
                return ask_instances(source, question, self._clock)
            case PrometheusSource():
                answer = ask_prometheus(source, question, self._clock, self._environ)
                return without_values(answer, source.header_variables, self._environ)
            case HttpSource():
                answer = ask_document(source, question, self._clock, self._environ)
                return without_values(answer, source.header_variables, self._environ)
            case CommandSource():
                return ask_command(
                    source, question, self._processes(), root=self._root, variables=self._environ
                )
            case TestsSource():
                return ask_tests(source, question, self._smoke_tests(question.timeout_s))
