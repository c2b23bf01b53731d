"""The one loop that performs a rollout's actions and journals each before and after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from traceback import format_exc

from pytest_pipeline.domain.control_requests import ControlRequest, RequestKind
from pytest_pipeline.domain.courses import CourseEventKind
from pytest_pipeline.domain.journal_entries import HELD, happened, heard, intended
from pytest_pipeline.domain.observations import Observation
from pytest_pipeline.domain.plans import AwaitPromotion, Bake, DelayScaleDown, Shift, Step
from pytest_pipeline.domain.rollback_triggers import RollbackTrigger
from pytest_pipeline.domain.rollouts import (
    Action,
    AwaitResume,
    Event,
    Observe,
    Observed,
    PauseRequested,
    Perform,
    Phase,
    ResumeRequested,
    RolloutState,
    StepBegun,
    StepDone,
    StepFailed,
    StopRequested,
    advance,
)
from pytest_pipeline.domain.step_texts import describe
from pytest_pipeline.engine.alarms.beforehand import ask_before
from pytest_pipeline.engine.kept_sites import record_site
from pytest_pipeline.engine.observing import observe
from pytest_pipeline.engine.site import Site
from pytest_pipeline.engine.steps import perform
from pytest_pipeline.engine.steps.alarms import look_while_paused
from pytest_pipeline.engine.under_way import ways_on_without_force
from pytest_pipeline.engine.watch import LOOK_S, StopAsked, Watch
from pytest_pipeline.errors import AlarmError, PipelineError

#: The steps that `promote` ends.
WAITS = (Bake, AwaitPromotion, DelayScaleDown)
#: Looks that may fail before what runs counts as unknown; count.
OBSERVATIONS = 5
#: How long the next look waits then, seconds.
OBSERVE_AGAIN_S = 1.0


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
        watch: What it looks up for.
        on_traffic: Called after each shift that gives traffic to the candidate.
        strategy: Name of the strategy; by default that of the plan.
        resumed: Whether another controller brought it to where it stands.
    """

    deployment: str
    site: Site
    state: RolloutState
    log: RolloutLog
    watch: Watch
    on_traffic: Callable[[], None] = lambda: None
    strategy: str = ""
    resumed: bool = False

    def __post_init__(self) -> None:
        """Keep the strategy's name, for the way back has a plan of its own; and hear requests."""
        self.strategy = self.strategy or self.state.plan.strategy
        self.watch.deployment = self.deployment
        self.watch.judge = self._judge
        self.watch.notes = self.log.notes
        self.watch.on_hold = lambda reason: self._note(HELD, reason=reason)

    def run(self) -> None:
        """Perform actions until the phase is final.

        Ctrl-C while rolling out at a kept site asks to go back, and again is raised at once.
        """
        if self.resumed and self.state.phase is Phase.ROLLING_BACK:
            self._advance(self._observe())  # what the plan was made from may be long ago
        while (action := self.state.action) is not None:
            try:
                self._advance(self._event_of(action))
            except KeyboardInterrupt:
                held = self.state.phase in (Phase.ROLLING_OUT, Phase.PAUSED)
                if not held or not self.site.keep:
                    raise
                self.log.interrupted = True
                self.turn_back("stopped by Ctrl-C")

    def ask_before(self) -> None:
        """Ask the alarms of the moment before the first step; where they object, none is done."""
        if self.state.phase is not Phase.ROLLING_OUT or self.state.index or not self.watch.alarms:
            return
        began = self.site.tools.clock.now()
        try:
            ask_before(self.site, self.watch.alarms, self.watch)
        except StopAsked as asked:
            self._advance(asked.request)
        except Exception as error:  # noqa: BLE001 - as of a step
            self.log.failing_step_s = began
            self._advance(self._failed("before the deployment", error))

    def turn_back(self, reason: str, *, force: bool = False) -> None:
        """Ask for the way back, as a person does."""
        self.log.failing_step_s = self.site.tools.clock.now()
        self._advance(StopRequested(reason, force))

    def perform_repair(self, step: Step) -> None:
        """Perform a step that the plan does not have, to bring about what it takes for granted.

        What fails is the rollout's failure.
        """
        if self.state.phase is Phase.ROLLING_OUT:
            self._note("repair", step=describe(step))
            failure = self._attempt(step)
            if failure is not None:
                self._advance(failure)

    def _event_of(self, action: Action) -> Event:
        match action:
            case Perform(step):
                asked = self._heard()
                if asked is not None:
                    return asked
                self.watch.begin_step(self.state.index, waits=isinstance(step, WAITS))
                self._journal(intended(self.state.index, step))
                self.state = advance(self.state, StepBegun())
                return self._attempt(step) or self._done(step)
            case Observe():
                return self._observe()
            case AwaitResume():
                return self._await_resume()

    def _heard(self) -> Event | None:
        """Return what somebody asks before the next step; None on the way back."""
        if self.state.phase is not Phase.ROLLING_OUT:
            return None
        try:
            self.watch.read()
        except StopAsked as asked:
            return asked.request
        return PauseRequested() if self.watch.pausing else None

    def _attempt(self, step: Step) -> Event | None:
        """Perform a step; return what prevented it, or None."""
        began = self.site.tools.clock.now()
        back = self.state.phase is Phase.ROLLING_BACK
        self.site.minimum_healthy = self.state.plan.minimum_healthy
        try:
            with self.site.course.step(step):
                perform(step, self.site, Watch(self.site.tools.clock) if back else self.watch)
                record_site(self.site)
        except StopAsked as asked:
            self.log.failing_step_s = self.log.failing_step_s or self.site.tools.clock.now()
            return asked.request
        except Exception as error:  # noqa: BLE001 - no bug of ours may leave half a rollout
            self.log.failing_step_s = self.log.failing_step_s or began
            return self._failed(describe(step), error)
        return None

    def _done(self, step: Step) -> Event:
        self.watch.end_step()
        if isinstance(step, Shift):
            if self.state.phase is Phase.ROLLING_BACK:
                self.log.restored_s = self.site.tools.clock.now()
            elif step.candidate and step.candidate_percent:
                self.on_traffic()
        return StepDone()

    def _failed(self, doing: str, error: Exception) -> StepFailed:
        ours = isinstance(error, PipelineError)
        reason = str(error) if ours else f"internal error: {error!r}"
        output = error.output if isinstance(error, PipelineError) else format_exc()
        self.log.output = self.log.output or output
        trigger = (
            RollbackTrigger.STOP_ON_ALARM
            if isinstance(error, AlarmError)
            else RollbackTrigger.DEPLOYMENT_FAILURE
        )
        return StepFailed(f"{doing}: {reason}", trigger)

    def _observe(self) -> Event:
        self.log.decided_s = self.log.decided_s or self.site.tools.clock.now()
        return Observed(self._seen())

    def _seen(self) -> Observation:
        """Return what runs; a look that fails is no reason to stay half way."""
        for _ in range(OBSERVATIONS - 1):
            try:
                self.mend_router()
                return observe(self.site)
            except (PipelineError, OSError) as error:
                self.site.tools.progress.line(
                    f"{self.site.environment.name}: looking again, for what runs was not seen: "
                    f"{error}"
                )
                self.site.tools.clock.sleep(OBSERVE_AGAIN_S)
        self.mend_router()
        return observe(self.site)

    def mend_router(self) -> None:
        """Start a router anew that died; where that fails, the way back will meet it again."""
        try:
            if self.site.mend_router():
                self.log.notes.append("the router died and was started again")
        except PipelineError as error:
            self.log.router_failure = f"the router could not be started again: {error}"
            self.log.output = self.log.output or error.output

    def _await_resume(self) -> Event:
        """Hold until somebody lets the rollout go on; alarms are watched all the while."""
        name = self.site.environment.name
        try:
            while self.watch.pausing:
                self.site.tools.progress.busy(f"{name}: paused: pytest-pipeline resume {name}")
                look_while_paused(self.site, self.watch)
                self.watch.read()
                self.site.tools.clock.sleep(LOOK_S)
        except StopAsked as asked:
            return asked.request
        except Exception as error:  # noqa: BLE001 - as of a step
            return self._failed("while paused", error)
        self.watch.end_step()
        return ResumeRequested()

    def _judge(self, request: ControlRequest) -> bool:
        """Write down that a request was heard; return whether it is to be done."""
        refusal = self._refusal(request)
        if request.id or not refusal:  # others ask the same again and again
            self._journal(heard(request, refusal))
        return not refusal

    def _refusal(self, request: ControlRequest) -> str:
        """Return why nothing comes of a request; empty when it is done."""
        if request.kind in (RequestKind.PROMOTE, RequestKind.PROMOTE_FULLY) and self.watch.held:
            return f"{self.watch.held}: what cannot be judged is not promoted, by nobody"
        if request.kind is RequestKind.PROMOTE:
            return self._no_wait(request)
        if request.kind is RequestKind.ABORT and self.state.no_way_back and not request.force:
            return ways_on_without_force(self.site.environment.name, self.state, led=True)
        return ""

    def _no_wait(self, request: ControlRequest) -> str:
        if request.step not in (None, self.state.index):
            return "the wait that promote was to end is over already; nothing was promoted"
        if not (self.watch.pausing or self.watch.waits):
            return "nothing waits at the moment; nothing was promoted"
        return ""

    def _advance(self, event: Event) -> None:
        self._journal(happened(event))
        before = self.state.phase
        self.state = advance(self.state, event)
        if self.state.phase is before:
            return
        say = self.site.tools.progress.line
        name = self.site.environment.name
        note = self.site.course.note
        if self.state.phase is Phase.OBSERVING:
            say(f"{name}: going back: {self.state.failure}")
            note(CourseEventKind.DECISION, f"go back: {self.state.failure}")
        if self.state.phase is Phase.PAUSED:
            note(CourseEventKind.DECISION, "pause")
        if before is Phase.PAUSED and self.state.phase is Phase.ROLLING_OUT:
            note(CourseEventKind.DECISION, "go on")
        if self.state.phase is Phase.FROZEN:
            say(f"{name}: frozen, its migration cannot be undone: {self.state.failure}")

    def _note(self, text: str, **facts: object) -> None:
        self._journal({"kind": "note", "text": text, **facts})

    def _journal(self, entry: dict[str, object]) -> None:
        at = self.site.tools.clock.utc()
        self.site.tools.journal.append(self.deployment, {**entry, "at": at})
