"""The port to what alarms ask: instances, Prometheus, HTTP, commands, tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from pytest_pipeline.domain.alarms.instance_figures import InstanceFigures
from pytest_pipeline.domain.alarms.sources import AskedSource
from pytest_pipeline.domain.handoffs import EnvironmentHandoff


@dataclass(frozen=True)
class Question:
    """One reading of a source.

    Attributes:
        alarm: Name of the alarm that asks.
        source: What is asked.
        timeout_s: An answer that takes longer is none; seconds, > 0.
        values: Values of the placeholders in URLs and commands.
        instances: Base URLs of the instances that are asked, by their identifiers.
        handoff: The environment as tests see it, with the clients' URL.
        folder: Folder for logs and records of this alarm; exists.
    """

    alarm: str
    source: AskedSource
    timeout_s: float
    values: Mapping[str, str] = field(repr=False)  # may hold secrets
    instances: Mapping[str, str]
    handoff: EnvironmentHandoff = field(repr=False)
    folder: Path


@dataclass(frozen=True)
class Answer:
    """What a source said.

    Attributes:
        value: The number; of a truth 1 or 0. None when it could not be read.
        reason: Why it could not be read, for people, without secrets; empty when it was.
        figures: What each instance told, by its identifier; empty for other sources.
    """

    value: float | None = None
    reason: str = ""
    figures: Mapping[str, InstanceFigures] = field(default_factory=dict)


class PendingAnswer(Protocol):
    """A reading under way."""

    def taken(self) -> Answer | None:
        """Return the answer; None while there is none yet."""
        ...


class AlarmSources(Protocol):
    """Asks what alarms want to know, each question at its own pace."""

    def ask(self, question: Question) -> PendingAnswer:
        """Begin to ask, and return at once.

        Nothing is raised, now or later: what cannot be read is an answer without a value.
        """
        ...
