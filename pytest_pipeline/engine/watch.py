"""What a rollout looks up for while it waits: requests of people, and its deadline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pytest_pipeline.domain.control_requests import ControlRequest
from pytest_pipeline.domain.journal_entries import Standing
from pytest_pipeline.domain.rollouts import StopRequested
from pytest_pipeline.engine.ports import Clock
from pytest_pipeline.errors import PipelineError, TargetError

if TYPE_CHECKING:
    from pytest_pipeline.engine.alarms.asking import AlarmDesk

#: How often requests are looked for, seconds.
LOOK_S = 0.25


class StopAsked(Exception):  # noqa: N818 - a request is no error
    """Somebody asked the rollout to go back; the text says why.

    Args:
        request: What was asked.
    """

    def __init__(self, request: StopRequested) -> None:
        super().__init__(request.reason)
        self.request = request


def _heed(_: ControlRequest) -> bool:
    return True


@dataclass
class Watch:
    """Looks up from the steps of one rollout.

    Attributes:
        clock: Time.
        take_requests: Returns what was asked since it was called last, and takes it away.
        progress_deadline_s: Longest time between two steps that end, seconds; None for no limit.
        deployment: Identifier of the rollout's deployment; what is asked of another is void.
        judge: Writes down that a request was heard; returns whether it is to be done.
        notes: What else people should know.
        standing: What was asked and still is to be done.
        step: Index of the step that is performed, or was last; None before the first.
        waits: Whether that step is a wait, which `promote` ends.
        pending: What was taken and not written down yet.
        alarms: The alarms of the deployment; None where none are asked, as on the way back.
        between: Called now and then while something is awaited that is no wait for time or people;
            may raise what ends the rollout.
        on_hold: Called with the reason when a wait goes on only because alarms have no data.
        held: That reason, while it is so; else empty.
    """

    clock: Clock
    take_requests: Callable[[], tuple[ControlRequest, ...]] = tuple
    progress_deadline_s: float | None = None
    deployment: str = ""
    judge: Callable[[ControlRequest], bool] = _heed
    notes: list[str] = field(default_factory=list)
    standing: Standing = field(default_factory=Standing)
    step: int | None = None
    waits: bool = False
    pending: list[ControlRequest] = field(default_factory=list)
    alarms: AlarmDesk | None = None
    between: Callable[[], None] = lambda: None
    on_hold: Callable[[str], None] = lambda _: None
    held: str = ""
    _progressed_s: float = field(init=False)
    _looked_s: float = field(init=False)
    _asked_between_s: float = field(init=False)

    def __post_init__(self) -> None:
        """Begin to count now."""
        self._progressed_s = self.clock.now()
        self._looked_s = self._asked_between_s = float("-inf")

    @property
    def pausing(self) -> bool:
        """Whether somebody asked to hold before the next step."""
        return self.standing.pausing

    @property
    def promoted(self) -> bool:
        """Whether the wait that is under way is to end."""
        return self.standing.promoting or self.standing.promoting_fully

    def begin_step(self, index: int, *, waits: bool) -> None:
        """Say which step is performed: what was promoted in another one does not count for it."""
        if index != self.step:
            self.standing.promoting = False
        self.step, self.waits = index, waits

    def end_step(self) -> None:
        """Say that a step or a pause ended: the deadline counts anew, nothing waits."""
        self.standing.promoting = self.waits = False
        self.progress()

    def progress(self) -> None:
        """Say that a wait was meant to be: the deadline counts anew."""
        self._progressed_s = self.clock.now()

    def remark(self, note: str) -> None:
        """Let people know something; once, however often it is said."""
        if note not in self.notes:
            self.notes.append(note)

    def hold(self, reason: str) -> None:
        """Say that a wait goes on only because alarms have no data."""
        if not self.held:
            self.on_hold(reason)
        self.held = reason

    def release(self) -> None:
        """Say that it does not any more."""
        self.held = ""

    def look(self) -> None:
        """Look up while something is awaited.

        Raises:
            AlarmError: If an alarm fired.
            StopAsked: If somebody asked to go back.
            TargetError: If the progress deadline has passed.
        """
        self.read()
        now = self.clock.now()
        if now - self._asked_between_s >= LOOK_S:
            self._asked_between_s = now
            self.between()
        if self.progress_deadline_s is None:
            return
        waited_s = self.clock.now() - self._progressed_s
        if waited_s > self.progress_deadline_s:
            raise TargetError(
                f"no progress for {waited_s:.0f} s (progress_deadline_s = "
                f"{self.progress_deadline_s:g})"
            )

    def read(self) -> None:
        """Take note of what was asked; where that cannot be read now, the next look will.

        Raises:
            StopAsked: If somebody asked to go back.
        """
        now = self.clock.now()
        if now - self._looked_s < LOOK_S:
            return
        self._looked_s = now
        try:
            self.pending += self.take_requests()
            while self.pending:
                self._hear(self.pending[0])
                self.pending.pop(0)
        except (PipelineError, OSError) as error:
            self.remark(f"requests could not be heard for a while: {error}")
        if self.standing.stop is not None:
            raise StopAsked(self.standing.stop)

    def _hear(self, request: ControlRequest) -> None:
        if request.deployment not in ("", self.deployment):
            return
        if self.judge(request):
            self.standing.hear(request)
