"""The one loop that performs a rollout's actions and journals each before and after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from traceback import format_exc

from pytest_pipeline.domain.plans import Shift, describe
from pytest_pipeline.domain.rollouts import (
    Event,
    Observe,
    Observed,
    Perform,
    Phase,
    RolloutState,
    StepDone,
    StepFailed,
    StopRequested,
    advance,
)
from pytest_pipeline.engine.kept_sites import record_site
from pytest_pipeline.engine.site import Site
from pytest_pipeline.engine.steps import perform
from pytest_pipeline.errors import PipelineError


@dataclass
class RolloutLog:
    """What happened when, on the monotonic clock.

    Attributes:
        started_s: When the rollout began.
        failing_step_s: When the step began that failed; None unless one did.
        decided_s: When it was decided to go back; None unless it was.
        restored_s: When all traffic was back on stable; None unless it was.
        output: Output of the failed instance or command.
        interrupted: Whether Ctrl-C asked to go back.
        router_failure: Why a router that died could not be started again; empty unless that was.
        notes: What else people should know.
    """

    started_s: float
    failing_step_s: float | None = None
    decided_s: float | None = None
    restored_s: float | None = None
    output: str = ""
    interrupted: bool = False
    router_failure: str = ""
    notes: list[str] = field(default_factory=list)


@dataclass
class Rollout:
    """A rollout at a site.

    Attributes:
        deployment: Identifier under which it is journalled.
        site: Where.
        state: Where it stands.
        log: What happened when.
        on_traffic: Called after each shift that gives traffic to the candidate.
    """

    deployment: str
    site: Site
    state: RolloutState
    log: RolloutLog
    on_traffic: Callable[[], None]

    def run(self) -> None:
        """Perform actions until the phase is final.

        Ctrl-C while rolling out at a kept site asks to go back, and again is raised at once.
        """
        while (action := self.state.action) is not None:
            try:
                self._go_on(action)
            except KeyboardInterrupt:
                if self.state.phase is not Phase.ROLLING_OUT or not self.site.keep:
                    raise
                self._turn_back()

    def _go_on(self, action: Perform | Observe) -> None:
        self._advance(self._perform(action) if isinstance(action, Perform) else self._observe())
        record_site(self.site)

    def _turn_back(self) -> None:
        self.log.interrupted = True
        self.log.failing_step_s = self.site.tools.clock.now()
        self._journal("stop requested")
        self._advance(StopRequested("stopped by Ctrl-C"))

    def _perform(self, action: Perform) -> Event:
        began = self.site.tools.clock.now()
        self._journal("intent", step=_written(action))
        try:
            perform(action.step, self.site)
        except Exception as error:  # noqa: BLE001 - no bug of ours may leave half a rollout
            ours = isinstance(error, PipelineError)
            reason = str(error) if ours else f"internal error: {error!r}"
            output = error.output if isinstance(error, PipelineError) else format_exc()
            self.log.failing_step_s = self.log.failing_step_s or began
            self.log.output = self.log.output or output
            self._journal("failed", step=_written(action), reason=reason)
            return StepFailed(f"{describe(action.step)}: {reason}")
        if isinstance(action.step, Shift):
            if self.state.phase is Phase.ROLLING_BACK:
                self.log.restored_s = self.site.tools.clock.now()
            elif action.step.candidate:
                self.on_traffic()
        self._journal("done", step=_written(action))
        return StepDone()

    def _observe(self) -> Event:
        self.log.decided_s = self.site.tools.clock.now()
        try:
            if self.site.mend_router():
                self.log.notes.append("the router died and was started again")
        except PipelineError as error:
            # The way back will meet the dead router again, and then says what still serves.
            self.log.router_failure = f"the router could not be started again: {error}"
            self.log.output = self.log.output or error.output
        running = self.site.running()
        self.site.bury()
        self._journal("observed", running=sorted(running))
        return Observed(running)

    def _advance(self, event: Event) -> None:
        before = self.state.phase
        self.state = advance(self.state, event)
        if self.state.phase is not before:
            self._journal("phase", phase=str(self.state.phase), failure=self.state.failure)
            if self.state.phase is Phase.OBSERVING:
                self.site.tools.progress.line(
                    f"{self.site.environment.name}: going back: {self.state.failure}"
                )

    def _journal(self, kind: str, **facts: object) -> None:
        at = self.site.tools.clock.utc()
        self.site.tools.journal.append(self.deployment, {"kind": kind, "at": at, **facts})


def _written(action: Perform) -> dict[str, object]:
    return {"type": type(action.step).__name__, **asdict(action.step)}
