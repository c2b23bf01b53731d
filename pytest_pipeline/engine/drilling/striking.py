"""Strikes at a defined moment of a rollout: a journal that looks at what it writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pytest_pipeline.domain.drills import Moment
from pytest_pipeline.domain.journal_entries import read_step
from pytest_pipeline.domain.plans import Launch, Shift, Step
from pytest_pipeline.engine.ports import Clock, Journal
from pytest_pipeline.errors import PipelineError


@dataclass
class Strike:
    """A fault that waits for its moment.

    Attributes:
        deployment: Identifier of the deployment that it strikes.
        candidate: Number of its candidate.
        moment: When.
        act: Does it.
        struck_s: When it was done, on the monotonic clock; None until then.
        noticed_s: When the rollout decided to go back after that; None until it does.
        failure: Why it could not be done; empty when it was, or was not tried.
    """

    deployment: str
    candidate: int
    moment: Moment
    act: Callable[[], None]
    struck_s: float | None = None
    noticed_s: float | None = None
    failure: str = ""


class StrikingJournal:
    """A journal in which one strike at a time waits for what it waits for.

    Args:
        journal: Where entries are written.
        clock: Time.
    """

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock
        self._strike: Strike | None = None
        self._step: Step | None = None

    def arm(self, strike: Strike | None) -> None:
        """Let a strike wait from now on, in the place of the one before."""
        self._strike, self._step = strike, None

    def append(self, deployment: str, entry: Mapping[str, object]) -> None:
        """Write an entry; strike before a launch is begun, or after a step is done."""
        strike = self._strike
        if strike is None or strike.deployment != deployment:
            self._journal.append(deployment, entry)
            return
        self._look(strike, entry)
        if _is_due(strike, self._step, done=False) and entry["kind"] == "intent":
            self._do(strike)
        self._journal.append(deployment, entry)
        if _is_due(strike, self._step, done=True) and entry["kind"] == "done":
            self._do(strike)

    def read(self, deployment: str) -> tuple[Mapping[str, object], ...]:
        """Return the entries of a deployment in order."""
        return self._journal.read(deployment)

    def _look(self, strike: Strike, entry: Mapping[str, object]) -> None:
        if entry["kind"] == "intent" and isinstance(entry["step"], Mapping):
            self._step = read_step(entry["step"])
        turned = entry["kind"] in ("failed", "stop requested")
        if turned and strike.struck_s is not None and strike.noticed_s is None:
            strike.noticed_s = self._clock.now()

    def _do(self, strike: Strike) -> None:
        if strike.struck_s is not None or strike.failure:
            return
        try:
            strike.act()
        except PipelineError as error:
            strike.failure = str(error)
            return
        strike.struck_s = self._clock.now()


def _is_due(strike: Strike, step: Step | None, *, done: bool) -> bool:
    """Return whether a step is the one that a strike waits for.

    Args:
        strike: The strike.
        step: The step that was begun last; None before the first.
        done: Whether it is done, or else is about to begin.
    """
    match strike.moment, step:
        case Moment.LAUNCHING, Launch(release):
            return not done and release == strike.candidate
        case Moment.LAUNCHED, Launch(release):
            return done and release == strike.candidate
        case Moment.TRAFFIC, Shift():
            return done and bool(step.candidate) and step.candidate_percent > 0
        case _:
            return False
