"""Executions made up for tests of their reports."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from pytest_pipeline.domain.criteria import parse_criterion
from pytest_pipeline.domain.deployments import DeploymentRecord, DeploymentStatus
from pytest_pipeline.domain.execution_reports import (
    ExecutionReport,
    ReportedDeployment,
    ReportedStage,
)
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.gates import BASIC_OBJECTIVES, Gate, Objective
from pytest_pipeline.domain.load import LoadResult, LoadSample, summarise_load
from pytest_pipeline.domain.load_series import planned_runs
from pytest_pipeline.domain.side_by_side import Side, SideBySide, SideRun, Sides
from pytest_pipeline.domain.side_by_side.orders import ORDERS
from pytest_pipeline.domain.stage_results import judge_stage
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.tallies import StageRun, Tally
from pytest_pipeline.domain.test_outcomes import TestOutcome
from pytest_pipeline.domain.test_records import TestAttempt, TestRecord
from pytest_pipeline.domain.time_lines import Span, SpanKind
from tests.component.adapters.html_report.drawn_up import (
    CANDIDATE,
    SHARES,
    SPANS_S,
    STABLE,
    Made,
    course,
)

PASSED, FAILED, SKIPPED = TestOutcome.PASSED, TestOutcome.FAILED, TestOutcome.SKIPPED
XFAILED = TestOutcome.XFAILED
DIGEST = "sha256:" + "4f1c9a7be2d05386" * 4
FAILURE = """\
    def test_price():
>       assert price(3) == 12
E       assert 11 == 12
E        +  where 11 = price(3)

tests/unit/test_pricing.py:17: AssertionError"""


def a_test(name: str, *attempts: TestAttempt, quarantined: bool = False) -> TestRecord:
    return TestRecord(
        f"tests/unit/{name}",
        "unit",
        attempts or (TestAttempt(PASSED, 0.01),),
        quarantined=quarantined,
    )


#: One of each kind that a page shows apart.
RECORDS = (
    a_test("test_pricing.py::test_total"),
    a_test("test_pricing.py::test_price", TestAttempt(FAILED, 0.2, failure=FAILURE)),
    a_test(
        "test_flaky.py::test_now_and_then",
        TestAttempt(FAILED, 0.3, failure="E   assert 'first' == 'second'"),
        TestAttempt(PASSED, 1.2),
    ),
    a_test(
        "test_slow.py::test_known_bug",
        TestAttempt(FAILED, 0.1, failure="E   assert known"),
        quarantined=True,
    ),
    a_test("test_docker.py::test_one", TestAttempt(SKIPPED, 0.0, reason="no docker")),
    a_test("test_docker.py::test_two", TestAttempt(SKIPPED, 0.0, reason="no docker")),
    a_test("test_later.py::test_it", TestAttempt(XFAILED, 0.0, reason="not yet built")),
)


def load(requests: int = 600) -> LoadResult:
    chance = random.Random(7)  # noqa: S311 - nothing secret, and the same every time
    samples = [
        LoadSample(100 + number / 60, 20 * chance.lognormvariate(0, 0.5), "GET /orders")
        for number in range(requests)
    ]
    return summarise_load(samples, duration_s=requests / 60, intended_requests_per_s=60.0)


def side_by_side(candidate_ms: float = 24.0, stable_ms: float = 20.0) -> ReportedStage:
    """A stage whose load test was run side by side."""
    chance = random.Random(3)  # noqa: S311 - nothing secret, and the same every time
    medians_ms = {Side.CANDIDATE: candidate_ms, Side.STABLE: stable_ms}
    settings = SideBySide()
    runs = tuple(
        SideRun(side, block, {"load.p95_ms": medians_ms[side] * chance.lognormvariate(0, 0.02)})
        for block, side in planned_runs(settings, (ORDERS[2], ORDERS[3]) * 2)
    )
    loads = (("tests/p/test_load.py::test_l", replace(load(), sides=Sides("r6", runs))),)
    not_slower = Objective("load.p95_ms", (parse_criterion("<= +10%"),))
    gate = Gate((*BASIC_OBJECTIVES, not_slower), side_by_side=settings)
    return replace(stage("performance", RECORDS[:1], loads=loads), gate=gate)


def stage(
    name: str,
    records: Sequence[TestRecord],
    *,
    loads: tuple[tuple[str, LoadResult], ...] = (),
    problems: tuple[str, ...] = (),
    environment: str | None = None,
) -> ReportedStage:
    """A stage with these tests, judged; what is quarantined does not count as failed."""
    outcomes = {each.nodeid: each.outcome for each in records if each.outcome is not None}
    tally = Tally(outcomes, len(records), records=tuple(records))
    extra = Objective("load.p95_ms", (parse_criterion("< 250"),)) if loads else None
    gate = Gate((*BASIC_OBJECTIVES, *([extra] if extra else [])))
    measured = {"load.p95_ms": max(result.p95_ms or 0.0 for _, result in loads)} if loads else {}
    run = StageRun(tally, measured, problems=problems, duration_s=3.4, loads=loads)
    result = judge_stage(Stage(name, (name,), environment, gate), run)
    wanted = {each.measure: str(each.pass_criteria[0]) for each in gate.objectives}
    return ReportedStage(result, environment, wanted, tuple(records))


def deployment(environment: str = "staging", strategy: str = "blue-green") -> ReportedDeployment:
    made = course(Made(SHARES[strategy], SPANS_S[strategy], 50.0))
    record = DeploymentRecord(
        id="e1-staging",
        environment=environment,
        strategy=strategy,
        status=DeploymentStatus.SUCCEEDED,
        stable=STABLE,
        candidate=CANDIDATE,
        artifact=DIGEST,
        requests=len(made.samples),
        lost_requests=0,
        error_requests=0,
        longest_gap_ms=21.0,
        cutover_ms=3.0,
        detection_ms=None,
        rollback_ms=None,
        duration_s=7.4,
    )
    return ReportedDeployment(record, made)


def report(*steps: ReportedStage | ReportedDeployment, **more: object) -> ExecutionReport:
    """An execution of these steps; by default one that failed after a deployment."""
    plain = ExecutionReport(
        execution="20261123T113000-1a2b",
        kind="pipeline",
        service="orders",
        decision="stopped at unit, which is FAIL: tests.failed: 1, wanted == 0",
        exit_code=ExitCode.TESTS_FAILED,
        started="2026-11-23T11:30:00Z",
        machine="Linux x86_64, 2 CPUs, Python 3.11.7",
        commit="0123456789abcdef0123456789abcdef01234567",
        dirty=True,
        tree=DIGEST,
        artifact=DIGEST,
        steps=steps
        or (
            stage("component", RECORDS[:1]),
            deployment(),
            stage("performance", RECORDS[:1], loads=(("tests/p/test_load.py::test_l", load()),)),
            stage("unit", RECORDS),
        ),
        time_line=(
            Span(SpanKind.BUILD, "orders", 1.0, 5.0),
            Span(SpanKind.STAGE, "component", 5.0, 8.4),
            Span(SpanKind.DEPLOYMENT, "staging", 8.4, 18.0),
        ),
        time_s={"wall": 20.0, "build": 4.0, "tests": 6.8, "deploy": 9.6},
        failures=("stage unit is FAIL: tests.failed: 1, wanted == 0",),
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def many_records(count: int) -> tuple[TestRecord, ...]:
    """Tests of a large suite: some fail, some are flaky, some are skipped."""
    chance = random.Random(7)  # noqa: S311 - nothing secret, and the same every time
    records = []
    for number in range(count):
        attempts = [TestAttempt(PASSED, chance.expovariate(20))]
        if number % 100 == 7:
            attempts = [TestAttempt(FAILED, 0.2, failure=FAILURE * 20)]
        elif number % 100 == 13:
            attempts.insert(0, TestAttempt(FAILED, 0.2, failure=FAILURE))
        elif number % 20 == 3:
            attempts = [TestAttempt(SKIPPED, 0.0, reason=f"no service number {number % 7}")]
        name = f"test_module_{number // 25}.py::TestOrders::test_case[{number}-some parameter]"
        records.append(a_test(name, *attempts))
    return tuple(records)
