"""One row of a drill: a deployment, a fault in it, and order afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field

from pytest_pipeline.domain.deployments import DeploymentRecord, DeploymentStatus
from pytest_pipeline.domain.drill_rows import DrillRow
from pytest_pipeline.domain.drills import EXPECTATIONS, Ending, Fault, ending_of
from pytest_pipeline.domain.exit_codes import ExitCode, decide
from pytest_pipeline.domain.measurement_validity import traffic_problems
from pytest_pipeline.domain.releases import Release
from pytest_pipeline.domain.rollouts import Phase
from pytest_pipeline.domain.traffic import Outcome
from pytest_pipeline.engine.concluding import conclude
from pytest_pipeline.engine.deploying import deploy
from pytest_pipeline.engine.drilling.faults import lift, prepare, strike
from pytest_pipeline.engine.drilling.striking import Strike
from pytest_pipeline.engine.drilling.toolbox import DrillToolbox
from pytest_pipeline.engine.outcomes import exit_code_of
from pytest_pipeline.engine.resuming import abort
from pytest_pipeline.engine.site import Site
from pytest_pipeline.errors import PipelineError

#: Under which execution the throw-away ledger has the deployments of a drill.
EXECUTION = "drill"
#: A request that was sent this soon after the way back may have been on its way already, seconds.
_SETTLED_S = 0.5


@dataclass
class Exercise:
    """A deployment under a fault.

    Attributes:
        tools: The drill's tools.
        site: Its site, in order, with the environment that is drilled.
        fault: What is done.
        candidate: What is deployed; registered and admitted.
        record: What the deployment came to; None when it was broken off.
        failure: Why it was broken off, or could not be written down; empty when it was.
        noticed_s: When it was broken off, on the monotonic clock.
        recovery_s: How long the next command took; None where none was needed.
        disorder: Why the next command could not bring order.
    """

    tools: DrillToolbox
    site: Site
    fault: Fault
    candidate: Release
    record: DeploymentRecord | None = None
    failure: str = ""
    noticed_s: float | None = None
    recovery_s: float | None = None
    disorder: list[str] = field(default_factory=list)
    _strike: Strike = field(init=False)

    def __post_init__(self) -> None:
        """Let the fault wait for its moment."""
        self._strike = Strike(
            f"{EXECUTION}-{self.candidate.name}",
            self.candidate.number,
            EXPECTATIONS[self.fault].moment,
            lambda: strike(self.tools, self.site, self.fault, self.candidate),
        )

    def run(self) -> DrillRow:
        """Deploy under the fault, undo it, and bring order where the deployment did not.

        Raises:
            KeyboardInterrupt: If somebody wants no more of it.
            PipelineError: If the fault cannot be undone.
        """
        prepare(self.tools, self.site, self.fault, self.candidate)
        self.tools.probe.forget()
        self.tools.journal.arm(self._strike)
        try:
            self._deploy()
        finally:
            self.tools.journal.arm(None)
            lift(self.tools)
        samples = tuple(self.tools.probe.samples)
        if self.site.deployment:
            self._recover()
        lost = [each.sent_s for each in samples if each.outcome is Outcome.LOST]
        begun_s, back_s = self._window()
        return DrillRow(
            strategy=self.site.environment.strategy,
            fault=self.fault,
            ending=self._ending(),
            exit_code=int(self._exit_code()),
            requests=len(samples),
            lost_requests=len(lost),
            lost_elsewhere=sum(not begun_s <= each <= back_s for each in lost),
            error_requests=sum(each.outcome is Outcome.ERROR for each in samples),
            detection_ms=self._detection_ms(),
            rollback_ms=self.record.rollback_ms if self.record else None,
            deadline_s=self.site.environment.progress_deadline_s,
            recovery_ms=None if self.recovery_s is None else self.recovery_s * 1000,
            disorder=tuple(self.disorder),
            irreversible=self.site.run_of(self.candidate.number).irreversible,
            skipped=self._skipped(),
            failure=self.failure or (self.record.failure if self.record else ""),
            # Not what the record says: a full disk or a dead router breaks the router's log, too.
            invalid="; ".join(traffic_problems(samples, rate=self.site.environment.probe.rate)),
        )

    def _deploy(self) -> None:
        strategy = self.site.environment.strategy
        try:
            self.record = deploy(
                self.site, self.candidate, strategy=strategy, deployment=self._strike.deployment
            )
            if self.record.interrupted:
                raise KeyboardInterrupt
            conclude(self.site, self.record, execution=EXECUTION)
        except (PipelineError, OSError) as error:
            self.noticed_s = self.tools.clock.now()
            self.failure = str(error)

    def _recover(self) -> None:
        """Do what the next command does: go back from a deployment that is open."""
        self.tools.progress.busy(f"{self.site.environment.name}: bringing order")
        began_s = self.tools.clock.now()
        try:
            again = abort(self.site, "the drill is over", force=True)
            if again.interrupted:
                raise KeyboardInterrupt
            conclude(self.site, again, execution=EXECUTION)
            if again.phase not in (Phase.SUCCEEDED, Phase.ROLLED_BACK):
                self.disorder.append(f"the next command could not bring order: {again.failure}")
        except (PipelineError, OSError) as error:
            self.disorder.append(f"the next command could not bring order: {error}")
        self.recovery_s = self.tools.clock.now() - began_s

    def _ending(self) -> Ending:
        if self._strike.struck_s is None:
            return Ending.NOT_STRUCK
        if self.record is None:
            return Ending.BROKEN_OFF
        return ending_of(Phase(self.record.phase))

    def _exit_code(self) -> ExitCode:
        """Return what `deploy` would have ended with; what could not be written down counts."""
        codes = {ExitCode.ERROR} if self.failure else set()
        if self.record and self.record.status is not DeploymentStatus.SUCCEEDED:
            blameless = bool(self.site.broken_resources())
            codes.add(exit_code_of(self.record, blameless=blameless))
        return decide(codes)

    def _skipped(self) -> str:
        if self._strike.struck_s is not None:
            return ""
        why = self._strike.failure or self.failure or "its moment never came"
        return f"the fault was not tried: {why}"

    def _detection_ms(self) -> float | None:
        struck_s, noticed_s = self._strike.struck_s, self._strike.noticed_s or self.noticed_s
        return None if struck_s is None or noticed_s is None else (noticed_s - struck_s) * 1000

    def _window(self) -> tuple[float, float]:
        """Return from when to when requests may be lost: from the fault to the way back.

        What was on its way to an instance that was killed is the fault's doing, too.
        """
        struck_s = self._strike.struck_s
        if struck_s is None:
            return float("inf"), float("inf")
        begun_s = struck_s - self.site.environment.probe.timeout_s
        noticed_s = self._strike.noticed_s
        back_ms = self.record.rollback_ms if self.record else None
        if noticed_s is None or back_ms is None:
            return begun_s, float("inf")
        return begun_s, noticed_s + back_ms / 1000 + _SETTLED_S
