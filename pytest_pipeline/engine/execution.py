"""One execution: what it has come to so far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field

from pytest_pipeline.domain.compared_loads import compared_loads
from pytest_pipeline.domain.courses import Course
from pytest_pipeline.domain.deployments import DeploymentRecord
from pytest_pipeline.domain.exit_codes import ExitCode, decide
from pytest_pipeline.domain.gates import ObjectiveResult
from pytest_pipeline.domain.redaction import Redactor
from pytest_pipeline.domain.rehearsals import Rehearsal
from pytest_pipeline.domain.releases import Release
from pytest_pipeline.domain.revisions import Revision
from pytest_pipeline.domain.stage_results import StageResult
from pytest_pipeline.domain.time_lines import Span, SpanKind
from pytest_pipeline.domain.time_sheets import TimeSheet
from pytest_pipeline.domain.vouching import UNSIGNED, Voucher
from pytest_pipeline.engine.ledger import ExecutionRecord
from pytest_pipeline.engine.toolbox import Toolbox
from pytest_pipeline.errors import (
    ConfigError,
    EvidenceError,
    PipelineError,
    RehearsalError,
    RollbackFailedError,
)


@dataclass(frozen=True)
class Interpreter:
    """The Python that runs the tests, for the evidence.

    Attributes:
        version: Its version.
        distributions: Installed distributions, name to version.
    """

    version: str
    distributions: Mapping[str, str]


@dataclass
class Execution:
    """What an execution has come to so far.

    Attributes:
        id: Its identifier.
        kind: ``pipeline``, ``stage`` or ``deploy``.
        tools: The engine's ports.
        started_s: When its process began, on the monotonic clock.
        started: The same as the time of day, ISO 8601 in UTC.
        interpreter: The Python that runs the tests.
        revision: What it is about; None until it is known.
        artifact: Digest of the artifact; None until it is built, or when there is none.
        stages: Results of the stages that ran.
        deployments: Deployments that ran.
        rehearsals: Rehearsals that ran.
        released: What was promoted to the last environment; None until it was.
        failures: Why it stands where it stands, for people; empty when all is well.
        remarks: What is worth knowing and decided nothing, for people.
        outputs: Output of what failed, for people.
        codes: Exit codes that apply.
        base: The branch that changes are measured against; None for the default branch.
        unpromoted: Environments to which nothing was ever promoted before this execution.
        promoted_before: Releases that were promoted last before this execution, by environment.
        forced: What somebody overruled, and why; None for nothing.
        kept: URLs of environments that go on serving, by name.
        time: Where the time went.
        spends: Whether time is being booked now.
        time_line: What was under way when.
        keeps_courses: Whether somebody will want the courses of its deployments.
        courses: These, by the deployment's identifier.
        service: Name of the service; empty until it is known.
        redactor: Takes secrets out of what is kept.
        voucher: Who vouches for what it leaves behind.
    """

    id: str
    kind: str
    tools: Toolbox
    started_s: float
    started: str
    interpreter: Interpreter
    revision: Revision | None = None
    artifact: str | None = None
    stages: list[StageResult] = field(default_factory=list)
    deployments: list[DeploymentRecord] = field(default_factory=list)
    rehearsals: list[Rehearsal] = field(default_factory=list)
    released: dict[str, object] | None = None
    failures: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    codes: set[ExitCode] = field(default_factory=set)
    base: str | None = None
    unpromoted: set[str] = field(default_factory=set)
    promoted_before: dict[str, Release] = field(default_factory=dict)
    forced: Mapping[str, object] | None = None
    kept: dict[str, str] = field(default_factory=dict)
    time: TimeSheet = field(default_factory=TimeSheet)
    spends: bool = False
    time_line: list[Span] = field(default_factory=list)
    keeps_courses: bool = False
    courses: dict[str, Course] = field(default_factory=dict)
    service: str = ""
    redactor: Redactor = field(default_factory=Redactor)
    voucher: Voucher = UNSIGNED

    @property
    def exit_code(self) -> ExitCode:
        """What the process says at its end."""
        return decide(self.codes)

    @contextmanager
    def spending(self, activity: str) -> Iterator[None]:
        """Book the time of a block to an activity; blocks inside it are part of it."""
        if self.spends:
            yield
            return
        began = self.tools.clock.now()
        self.spends = True
        try:
            yield
        finally:
            self.spends = False
            self.time.add(activity, self.tools.clock.now() - began)

    @contextmanager
    def under_way(self, kind: SpanKind, name: str) -> Iterator[None]:
        """Put the time of a block on the time line, whatever becomes of it."""
        began_s = self.tools.clock.now() - self.started_s
        try:
            yield
        finally:
            ended_s = self.tools.clock.now() - self.started_s
            self.time_line.append(Span(kind, name, began_s, ended_s))

    def containing(self) -> Containment:
        """Return a context that turns errors of its block into failures of the execution."""
        return Containment(self)

    def fail(self, code: ExitCode, reason: str, *, output: str = "") -> None:
        """Book a failure; one that was met before is said once."""
        self.codes.add(code)
        if reason not in self.failures:
            self.failures.append(reason)
        if output:
            self.outputs.append(output)

    def summary(self) -> dict[str, object]:
        """Return the content of the summary file (see the reference, "Summary file")."""
        revision = self.revision
        return {
            "exit_code": int(self.exit_code),
            "execution": self.id,
            "revision": None
            if revision is None
            else {"commit": revision.commit, "tree": revision.tree, "dirty": revision.dirty},
            "artifact": self.artifact,
            "evidence": self.voucher.summary(),
            "stages": [_stage(each) for each in self.stages],
            "deployments": [_deployment(each) for each in self.deployments],
            "rehearsals": [_rehearsal(each) for each in self.rehearsals],
            "released": self.released,
            "failures": self.failures,
            "remarks": self.remarks,
            "kept": self.kept,
            "forced": self.forced,
            "time_s": self.time.table(self.tools.clock.now() - self.started_s),
        }

    def save(self, *, finished: bool) -> None:
        """Write the execution to the ledger."""
        record = ExecutionRecord(
            id=self.id,
            kind=self.kind,
            started=self.started,
            finished=self.tools.clock.utc() if finished else None,
            exit_code=int(self.exit_code) if finished else None,
            summary=self.summary(),
        )
        self.tools.ledger.update_execution(record)


@dataclass(frozen=True)
class Containment:
    """Turns errors of a block into a failure of an execution, Ctrl-C into its code.

    `ConfigError` passes: wrong questions are the caller's to answer.
    """

    execution: Execution

    def __enter__(self) -> None:
        """Enter the block."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _trace: object
    ) -> bool:
        """Book the error; return whether it was one of ours."""
        if isinstance(error, KeyboardInterrupt):
            self.execution.fail(ExitCode.INTERRUPTED, "stopped by Ctrl-C")
            return True
        if isinstance(error, PipelineError) and not isinstance(error, ConfigError):
            self.execution.fail(code_of(error), str(error), output=error.output)
            return True
        return False


def code_of(error: PipelineError) -> ExitCode:
    """Return the exit code that an error stands for."""
    if isinstance(error, EvidenceError):
        return ExitCode.EVIDENCE_REFUSED
    if isinstance(error, RollbackFailedError):
        return ExitCode.ROLLBACK_FAILED
    if isinstance(error, RehearsalError):
        return ExitCode.INCONCLUSIVE
    return ExitCode.ERROR


def _stage(result: StageResult) -> dict[str, object]:
    return {
        "name": result.name,
        "verdict": str(result.verdict),
        "duration_s": round(result.run.duration_s, 3),
        "tests": result.tests,
        "objectives": [_objective(each) for each in result.objectives],
        "problems": [*result.run.problems, *result.run.left_out],
        "narrowed": list(result.run.narrowed),
        "side_by_side": compared_loads(result.run),
    }


def _objective(result: ObjectiveResult) -> dict[str, object]:
    return {
        "measure": result.measure,
        "value": result.value,
        "baseline": result.baseline,
        "verdict": str(result.verdict),
        "reason": result.reason,
    }


def _rehearsal(result: Rehearsal) -> dict[str, object]:
    return {
        "environment": result.environment,
        "stable": result.stable,
        "candidate": result.candidate,
        "verdict": str(result.verdict),
        "deployments": list(result.deployments),
        "objectives": [_objective(each) for each in result.objectives],
    }


def _deployment(record: DeploymentRecord) -> dict[str, object]:
    return {
        "id": record.id,
        "environment": record.environment,
        "strategy": record.strategy,
        "status": str(record.status),
        "stable": record.stable,
        "candidate": record.candidate,
        "artifact": record.artifact,
        "requests": record.requests,
        "lost_requests": record.lost_requests,
        "retried_requests": record.retried_requests,
        "error_requests": record.error_requests,
        "longest_gap_ms": _rounded(record.longest_gap_ms),
        "cutover_ms": _rounded(record.cutover_ms),
        "mixed_ms": _rounded(record.mixed_ms),
        "downtime_ms": _rounded(record.downtime_ms),
        "mixed_requests": record.mixed_requests,
        "peak_instances": record.peak_instances,
        "critical_path_s": None
        if record.critical_path_s is None
        else round(record.critical_path_s, 3),
        "detection_ms": _rounded(record.detection_ms),
        "rollback_ms": _rounded(record.rollback_ms),
        "all_traffic_ms": _rounded(record.all_traffic_ms),
        "duration_s": round(record.duration_s, 3),
        "rehearsal": record.rehearsal or None,
        "rolled_back": record.rolled_back,
        "phase": record.phase,
        "trigger": record.trigger or None,
        "serving": record.serving,
        "failure": record.failure,
        "alarms": [asdict(each) for each in record.alarms],
        "note": record.note,
        "reconciliation": list(record.reconciliation),
        "invalid": record.invalid,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
