"""What there is to report of an execution: one value that every scribe writes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pytest_pipeline.domain.courses import Course
from pytest_pipeline.domain.deployments import DeploymentRecord
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.gates import Gate, ObjectiveResult
from pytest_pipeline.domain.stage_results import StageResult
from pytest_pipeline.domain.test_records import FAILURES, TestAttempt, TestRecord
from pytest_pipeline.domain.time_lines import Span
from pytest_pipeline.domain.vouching import UNSIGNED, Voucher

#: In the head of every page: by it a file is known to be one of ours, and may be replaced.
PAGE_MARK = '<meta name="generator" content="pytest-pipeline-gates">'


@dataclass(frozen=True)
class ReportedStage:
    """A stage as it is reported.

    Attributes:
        result: What it came to.
        environment: Environment it ran against; None for none.
        wanted: Measure to what its objective demands, for people.
        records: Its tests; of a run that kept no records, made from the outcomes alone.
        gate: What it demands; None where that is not known.
    """

    result: StageResult
    environment: str | None = None
    wanted: Mapping[str, str] = field(default_factory=dict)
    records: tuple[TestRecord, ...] = ()
    gate: Gate | None = None

    @property
    def name(self) -> str:
        """Its name."""
        return self.result.name


@dataclass(frozen=True)
class ReportedDeployment:
    """A deployment as it is reported.

    Attributes:
        record: What it came to.
        course: What happened when; None where nobody kept that.
    """

    record: DeploymentRecord
    course: Course | None = None


@dataclass(frozen=True)
class ExecutionReport:
    """An execution as it is reported.

    Attributes:
        execution: Its identifier.
        kind: ``pipeline`` or ``stage``.
        service: Name of the service.
        decision: What it came to, one sentence without a full stop.
        exit_code: What the process says.
        started: When it began, ISO 8601 in UTC.
        machine: What it ran on.
        commit: Commit id; None outside a git work tree, or unknown.
        dirty: Whether the content differs from the commit.
        tree: Digest of the revision; empty where it is unknown.
        artifact: Digest of the artifact; None where there is none.
        steps: Stages and deployments in the order in which they happened.
        time_line: What was under way when.
        time_s: Activity to seconds, with ``wall``.
        failures: Why it stands where it stands, for people.
        kept: URLs of environments that go on serving, by name.
        folder: Folder that node ids are relative to, as seen from the repository's root; empty
            when it is that root.
        voucher: Who vouches for what it left behind.
    """

    execution: str
    kind: str
    service: str
    decision: str
    exit_code: ExitCode
    started: str
    machine: str
    commit: str | None
    dirty: bool
    tree: str
    artifact: str | None
    steps: tuple[ReportedStage | ReportedDeployment, ...] = ()
    time_line: tuple[Span, ...] = ()
    time_s: Mapping[str, float] = field(default_factory=dict)
    failures: tuple[str, ...] = ()
    kept: Mapping[str, str] = field(default_factory=dict)
    folder: str = ""
    voucher: Voucher = UNSIGNED

    @property
    def stages(self) -> tuple[ReportedStage, ...]:
        """Its stages, in order."""
        return tuple(each for each in self.steps if isinstance(each, ReportedStage))

    @property
    def deployments(self) -> tuple[ReportedDeployment, ...]:
        """Its deployments, in order."""
        return tuple(each for each in self.steps if isinstance(each, ReportedDeployment))

    def failed_tests(self) -> Iterator[tuple[ReportedStage, TestRecord]]:
        """Yield the tests that count as failed, stage by stage."""
        for stage in self.stages:
            for record in stage.records:
                if failed(record):
                    yield stage, record


def failed(record: TestRecord) -> bool:
    """Return whether a test counts as failed: its last attempt did, and nobody expected it."""
    return not record.quarantined and record.outcome in FAILURES


def records_of(result: StageResult) -> tuple[TestRecord, ...]:
    """Return the records of a stage's tests; made from the outcomes where none were kept.

    Modules that could not be collected are among them: what they hold is not known.
    """
    tally, broken = result.run.tally, result.run.broken
    if tally.records:
        return (*tally.records, *broken)
    return broken + tuple(
        TestRecord(nodeid, "", (TestAttempt(outcome),))
        for nodeid, outcome in tally.outcomes.items()
    )


def missed(stage: ReportedStage) -> tuple[ObjectiveResult, ...]:
    """Return the objectives of a stage that do not promote."""
    return tuple(each for each in stage.result.objectives if not each.verdict.promotes)
