"""Writes down what happens when during a deployment, on the probe's own clock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock

from pytest_pipeline.domain.courses import (
    Course,
    CourseEvent,
    CourseEventKind,
    FleetCount,
    StepTime,
)
from pytest_pipeline.domain.fleets import Instance
from pytest_pipeline.domain.plans import Shift, Step
from pytest_pipeline.domain.step_texts import describe
from pytest_pipeline.domain.traffic import RequestSample
from pytest_pipeline.engine.ports import Clock


@dataclass
class CourseRecorder:
    """What happens at a site; begun anew with each deployment. Instances may end in any thread.

    Attributes:
        clock: Time.
        under_way: The step that is performed; None between two.
    """

    clock: Clock
    under_way: Step | None = None
    _began_s: float = 0.0
    _running: dict[str, int] = field(default_factory=dict)
    _spawned_s: dict[str, float] = field(default_factory=dict)
    _fleet: list[FleetCount] = field(default_factory=list)
    _events: list[CourseEvent] = field(default_factory=list)
    _steps: list[StepTime] = field(default_factory=list)
    _critical_s: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    def begin(self, running: Sequence[Instance]) -> None:
        """Forget what was; a deployment begins while these instances run."""
        self._began_s = self.clock.now()
        self._running = {each.id: each.release for each in running}
        self._fleet, self._events, self._steps = [], [], []
        for release in sorted(set(self._running.values())):
            self._count(release)

    @contextmanager
    def step(self, step: Step) -> Iterator[None]:
        """Note that a step begins and ends, whatever becomes of it."""
        text, began_s = describe(step), self.clock.now()
        self._critical_s, self.under_way = 0.0, step
        self.note(CourseEventKind.STEP, text)
        try:
            yield
        finally:
            ended_s, self.under_way = self.clock.now(), None
            switches = isinstance(step, Shift) and not step.preview
            self._steps.append(StepTime(text, began_s, ended_s, self._critical_s, switches))

    def needed(self, seconds: float) -> None:
        """Say how much of the step under way no controller could have spared, seconds, >= 0."""
        self._critical_s += max(0.0, seconds)

    @contextmanager
    def all_needed(self) -> Iterator[None]:
        """Say that nothing of what a block takes could have been spared."""
        began_s = self.clock.now()
        try:
            yield
        finally:
            self.needed(self.clock.now() - began_s)

    def note(self, kind: CourseEventKind, text: str) -> None:
        """Write down that something happened now."""
        self._events.append(CourseEvent(self.clock.now(), kind, text))

    def launched(self, instance: Instance) -> None:
        """Note that an instance was started just now."""
        with self._lock:
            self._running[instance.id] = instance.release
            self._spawned_s[instance.id] = self.clock.now()
            self._count(instance.release)

    def since_spawned(self, identifier: str, until_s: float) -> float:
        """Return the time from the start of an instance to a moment, seconds, >= 0.

        0 for one that was started by somebody else.
        """
        return max(0.0, until_s - self._spawned_s.get(identifier, until_s))

    def ended(self, identifier: str) -> None:
        """Note that an instance does not run any more; nothing if that is known."""
        with self._lock:
            release = self._running.pop(identifier, None)
            if release is not None:
                self._count(release)

    def course(
        self, stable: str | None, candidate: str, samples: Sequence[RequestSample]
    ) -> Course:
        """Return what happened since `begin`.

        Args:
            stable: Name of the release that served before; None for a first deployment.
            candidate: Name of the release that was deployed.
            samples: Every request of its client traffic, in any order.
        """
        steps = self._steps
        return Course(
            stable,
            candidate,
            began_s=steps[0].began_s if steps else self._began_s,
            ended_s=steps[-1].ended_s if steps else self._began_s,
            samples=tuple(sorted(samples, key=lambda each: each.intended_s)),
            events=tuple(self._events),
            fleet=tuple(self._fleet),
            steps=tuple(steps),
        )

    def _count(self, release: int) -> None:
        running = sum(each == release for each in self._running.values())
        self._fleet.append(FleetCount(self.clock.now(), f"r{release}", running))
