"""What a rollout looks up for while it waits: requests of people, and its deadline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from pytest_pipeline.domain.control_requests import ControlRequest, RequestKind
from pytest_pipeline.engine.ports import Clock
from pytest_pipeline.errors import TargetError

#: How often requests are looked for, seconds.
LOOK_S = 0.25


class StopAsked(Exception):  # noqa: N818 - a request is no error
    """Somebody asked the rollout to go back; the text says why."""


@dataclass
class Watch:
    """Looks up from the steps of one rollout.

    Attributes:
        clock: Time.
        take_requests: Returns what was asked since it was called last, and takes it away.
        progress_deadline_s: Longest time between two steps that end, seconds; None for no limit.
        pausing: Whether somebody asked to hold before the next step.
        promoting: Whether somebody asked to end the wait that is under way.
        promoting_fully: Whether somebody asked to end every wait.
    """

    clock: Clock
    take_requests: Callable[[], tuple[ControlRequest, ...]] = tuple
    progress_deadline_s: float | None = None
    pausing: bool = False
    promoting: bool = False
    promoting_fully: bool = False
    _progressed_s: float = field(init=False)
    _looked_s: float = field(init=False)

    def __post_init__(self) -> None:
        """Begin to count now."""
        self._progressed_s = self.clock.now()
        self._looked_s = float("-inf")

    def progress(self) -> None:
        """Say that a step ended, or that a wait was meant to be: the deadline counts anew."""
        self._progressed_s = self.clock.now()

    def look(self) -> None:
        """Look up while something is awaited.

        Raises:
            StopAsked: If somebody asked to go back.
            TargetError: If the progress deadline has passed.
        """
        self.read()
        if self.progress_deadline_s is None:
            return
        waited_s = self.clock.now() - self._progressed_s
        if waited_s > self.progress_deadline_s:
            raise TargetError(
                f"no progress for {waited_s:.0f} s (progress_deadline_s = "
                f"{self.progress_deadline_s:g})"
            )

    def read(self) -> None:
        """Take note of what was asked.

        Raises:
            StopAsked: If somebody asked to go back.
        """
        now = self.clock.now()
        if now - self._looked_s < LOOK_S:
            return
        self._looked_s = now
        for request in self.take_requests():
            self._note(request)

    def consume_promotion(self) -> bool:
        """Return whether the wait that is under way is to end, and forget that it was asked."""
        ends = self.promoting or self.promoting_fully
        self.promoting = False
        return ends

    def _note(self, request: ControlRequest) -> None:
        match request.kind:
            case RequestKind.ABORT:
                raise StopAsked(request.reason or "aborted by request")
            case RequestKind.PAUSE:
                self.pausing = True
            case RequestKind.RESUME:
                self.pausing = False
            case RequestKind.PROMOTE:
                self.promoting, self.pausing = True, False
            case RequestKind.PROMOTE_FULLY:
                self.promoting_fully, self.pausing = True, False
