"""Shards that are left, found again and joined: with real files, signatures and a ledger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from pytest_pipeline import wiring
from pytest_pipeline.domain.baselines import BaselineKind
from pytest_pipeline.domain.criteria import parse_criterion
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.gates import BASIC_OBJECTIVES, Gate, Objective
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.promotion_statements import promotion_statement
from pytest_pipeline.domain.promotions import Promotion
from pytest_pipeline.domain.redaction import Redactor
from pytest_pipeline.domain.releases import Release
from pytest_pipeline.domain.shard_cuts import CollectedTest, Cut, cut
from pytest_pipeline.domain.shard_statements import CutClaim
from pytest_pipeline.domain.shards import Shard
from pytest_pipeline.domain.stage_results import StageResult
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.tallies import StageRun, Tally
from pytest_pipeline.domain.test_outcomes import TestOutcome
from pytest_pipeline.domain.test_records import TestAttempt, TestRecord
from pytest_pipeline.domain.trust import Signer
from pytest_pipeline.domain.verdicts import Verdict
from pytest_pipeline.engine.attesting import StatementSigner, attest
from pytest_pipeline.engine.execution import Execution
from pytest_pipeline.engine.joining import join_stage
from pytest_pipeline.engine.shard_execution import ShardEnd, conclude_shard
from pytest_pipeline.errors import EvidenceError
from pytest_pipeline.testing.silent_progress import SilentProgress
from tests.statements import MemorySigner

PASSED, FAILED = TestOutcome.PASSED, TestOutcome.FAILED
UNIT = Stage("unit", ("unit",), configured=True)
PIPELINE = Pipeline("orders", None, (UNIT,), ())
TESTS = {"test_a.py::test_1": PASSED, "test_a.py::test_2": PASSED, "test_b.py::test_3": PASSED}


@pytest.fixture(autouse=True)
def _at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)


@contextmanager
def execution_in(
    root: Path, signer: StatementSigner | None = None, signers: Sequence[Signer] = ()
) -> Iterator[Execution]:
    with wiring.toolbox(root, SilentProgress(), signers=signers, signer=signer) as tools:
        made = wiring.begin_execution(tools, kind="stage")
        made.revision = tools.revise(root)
        yield made


def cut_of(outcomes: dict[str, TestOutcome], total: int) -> Cut:
    return cut([CollectedTest(each) for each in outcomes], {}, total)


def run_of(outcomes: dict[str, TestOutcome], **measured: float) -> StageRun:
    records = tuple(
        TestRecord(nodeid, "unit", (TestAttempt(outcome, 0.5),))
        for nodeid, outcome in outcomes.items()
    )
    tally = Tally(outcomes, len(outcomes), 0, 0.5 * len(outcomes), records)
    return StageRun(tally, measured, exit_status=0)


def leave(
    execution: Execution,
    number: int,
    outcomes: dict[str, TestOutcome] | None = None,
    *,
    total: int = 2,
    run: StageRun | None = None,
) -> StageResult:
    """Leave a shard of a stage with these tests; its run, unless it is given, is of its part."""
    every = outcomes or TESTS
    made = cut_of(every, total)
    own = {nodeid: every[nodeid] for nodeid in made.part(number)}
    claim = CutClaim(made.fingerprint, made.listed, len(made.ids))
    end = ShardEnd(Shard(number, total), claim)
    return conclude_shard(execution, UNIT, run or run_of(own), None, end)


def joined(execution: Execution, stage: Stage = UNIT) -> StageResult:
    return join_stage(execution, PIPELINE, stage)


def test_all_shards_leave_the_evidence_of_the_stage_and_how_long_its_tests_took(
    tmp_path: Path,
) -> None:
    with execution_in(tmp_path) as execution:
        leave(execution, 1)
        leave(execution, 2)
        result = joined(execution)
        tools, revision = execution.tools, execution.revision
        assert revision is not None
        found = tools.evidence.find("unit", revision.tree, None)

    assert result.verdict is Verdict.PASS
    assert found is not None
    assert found.evidence.passed == tuple(sorted(TESTS))
    assert set(found.evidence.parts) == {each.digest for each in tools.shards.every("unit")}
    assert found.evidence.report is not None
    assert tools.evidence.report(found.evidence.report) is not None
    assert tools.durations.read("unit") == dict.fromkeys(TESTS, 0.5)


def test_a_shard_where_a_test_failed_says_so_and_the_stage_fails(tmp_path: Path) -> None:
    outcomes = {**TESTS, "test_b.py::test_3": FAILED}
    with execution_in(tmp_path) as execution:
        first, second = leave(execution, 1, outcomes), leave(execution, 2, outcomes)
        result = joined(execution)

    assert (first.exit_code, second.exit_code) == (ExitCode.OK, ExitCode.TESTS_FAILED)
    assert second.name == "unit 2/2"
    assert result.exit_code is ExitCode.TESTS_FAILED
    assert execution.tools.durations.read("unit") == {}, "a shard may be run again, cut alike"


@pytest.mark.parametrize("left", [{"narrowed": ("-k",)}, {"interrupted": True}], ids=str)
def test_a_shard_that_was_broken_off_leaves_nothing(
    tmp_path: Path, left: dict[str, object]
) -> None:
    with execution_in(tmp_path) as execution:
        leave(execution, 1, run=replace(run_of(TESTS), **left))  # type: ignore[arg-type]

        assert execution.tools.shards.every("unit") == ()
        assert execution.remarks == [
            "shard 1/2 of unit: nothing was left for `pytest-pipeline join`"
        ]


def test_a_report_that_tells_of_other_tests_than_were_cut_is_refused(tmp_path: Path) -> None:
    with execution_in(tmp_path) as execution:
        leave(execution, 1)
        leave(execution, 2, run=run_of({"test_a.py::test_1": PASSED}))

        with pytest.raises(EvidenceError, match=r"tests of unit are in two shards: test_a\.py::"):
            joined(execution)


def test_a_figure_that_two_shards_have_leaves_its_objective_inconclusive(tmp_path: Path) -> None:
    objective = Objective("load.requests", (parse_criterion(">= 1"),))
    stage = replace(UNIT, gate=Gate((*BASIC_OBJECTIVES, objective)))
    every = cut_of(TESTS, 2)
    with execution_in(tmp_path) as execution:
        for number in (1, 2):
            own = {nodeid: TESTS[nodeid] for nodeid in every.part(number)}
            run = run_of(own, **{"load.requests": 100.0})
            claim = CutClaim(every.fingerprint, every.listed, 3)
            end = ShardEnd(Shard(number, 2), claim)
            conclude_shard(execution, stage, run, None, end)
        result = joined(execution, stage)

    assert result.verdict is Verdict.INCONCLUSIVE
    assert "measured in shards 1/2, 2/2, and such figures do not add up" in result.reasons[0]


@pytest.mark.parametrize(("promoted", "wanted"), [(False, "WARN"), (True, "INCONCLUSIVE")])
def test_promotions_tell_a_fresh_clone_from_a_first_release(
    tmp_path: Path, *, promoted: bool, wanted: str
) -> None:
    limit = (parse_criterion("<= +10%"),)
    objective = Objective("tests.duration_s", limit, baseline=BaselineKind.STABLE)
    stage = replace(UNIT, environment="staging", gate=Gate((*BASIC_OBJECTIVES, objective)))
    promotion = Promotion(
        "staging", 1, Release(1, "sha256:" + "6" * 64, {}), "sha256:tree", None, promoted, "deploy",
        {}, (), None, "e0", "2026-01-01T00:00:00Z",
    )  # fmt: skip
    every = cut_of(TESTS, 1)
    with execution_in(tmp_path) as execution:
        if promoted:
            execution.tools.promotions.add(attest(promotion_statement(promotion, "orders"), None))
        claim = CutClaim(every.fingerprint, every.listed, 3)
        conclude_shard(execution, stage, run_of(TESTS), None, ShardEnd(Shard(1, 1), claim))
        result = joined(execution, stage)

    assert str(result.verdict) == wanted


def test_tests_that_differ_in_a_secret_alone_are_all_counted(tmp_path: Path) -> None:
    outcomes = {f"test_a.py::test_it[hush-hush-{name}]": PASSED for name in "abcd"}
    outcomes["test_a.py::test_it[hush-hush-a]"] = FAILED
    with execution_in(tmp_path) as execution:
        execution.redactor = Redactor(tuple(f"hush-hush-{name}" for name in "abcd"))
        leave(execution, 1, outcomes)
        leave(execution, 2, outcomes)
        result = joined(execution)

    assert result.tests["failed"] == 1
    assert result.tests["passed"] == 3
    texts = [each.read_text() for each in (tmp_path / ".pipeline").rglob("*.json")]
    assert not any("hush-hush" in text for text in texts)


@pytest.mark.parametrize(
    ("stages", "said"),
    [
        pytest.param(("*",), "", id="trusted"),
        pytest.param(("e2e",), "is signed by ci, who may not sign unit", id="of-another-stage"),
    ],
)
def test_every_shard_needs_a_signer_of_the_stage(
    tmp_path: Path, stages: tuple[str, ...], said: str
) -> None:
    key = MemorySigner()
    signers = [Signer("ci", key.key, stages)]
    with execution_in(tmp_path, key, signers) as execution:
        leave(execution, 1)
        leave(execution, 2)
        if said:
            with pytest.raises(EvidenceError, match=said):
                joined(execution)
        else:
            assert joined(execution).verdict is Verdict.PASS
            (found,) = execution.tools.evidence.every("unit")
            assert found.keyids == {key.key.keyid}


@pytest.mark.parametrize("other", [None, MemorySigner()], ids=["unsigned", "unknown"])
def test_one_shard_that_nobody_known_signed_is_enough_to_refuse(
    tmp_path: Path, other: MemorySigner | None
) -> None:
    key = MemorySigner()
    signers = [Signer("ci", key.key)]
    with execution_in(tmp_path, key, signers) as execution:
        leave(execution, 1)
    with execution_in(tmp_path, other, signers) as execution:
        leave(execution, 2)
    with execution_in(tmp_path, key, signers) as execution:
        said = "is signed by nobody who is known here" if other else "is not signed"
        with pytest.raises(EvidenceError, match=f"shard 2/2 of unit {said}"):
            joined(execution)

        assert execution.tools.evidence.every("unit") == ()


def test_unsigned_shards_count_nothing_in_ci(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with execution_in(tmp_path) as execution:
        leave(execution, 1, total=1)
    monkeypatch.setenv("CI", "true")
    with (
        execution_in(tmp_path) as execution,
        pytest.raises(EvidenceError, match="shard 1/1 of unit is not signed"),
    ):
        joined(execution)
