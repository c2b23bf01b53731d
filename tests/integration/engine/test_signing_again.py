"""Signing where no tests run: a report is judged again, and every difference is refused."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pytest_pipeline import wiring
from pytest_pipeline.domain.baselines import BaselineKind
from pytest_pipeline.domain.criteria import parse_criterion
from pytest_pipeline.domain.envelopes import Envelope, sha256_of
from pytest_pipeline.domain.evidence import Evidence
from pytest_pipeline.domain.gates import BASIC_OBJECTIVES, Gate, Objective
from pytest_pipeline.domain.layers import LayerRules
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.promotion_statements import promotion_statement
from pytest_pipeline.domain.promotions import Promotion
from pytest_pipeline.domain.redaction import Redactor, secrets_among
from pytest_pipeline.domain.releases import Release
from pytest_pipeline.domain.stage_reports import report_text, run_from
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.tallies import StageRun, Tally
from pytest_pipeline.domain.test_outcomes import TestOutcome
from pytest_pipeline.domain.test_records import TestAttempt, TestRecord
from pytest_pipeline.domain.trust import Signer
from pytest_pipeline.domain.verdicts import Verdict
from pytest_pipeline.engine.attesting import attest
from pytest_pipeline.engine.execution import Execution, Interpreter
from pytest_pipeline.engine.signing_again import judge_again, sign_again
from pytest_pipeline.engine.stage_execution import conclude_stage
from pytest_pipeline.errors import EvidenceError, SigningError
from pytest_pipeline.testing.silent_progress import SilentProgress
from tests.statements import MemorySigner, envelope_of

OBJECTIVE = Objective("custom.rows", (parse_criterion("< 5"),))
STAGE = Stage("unit", ("unit",), gate=Gate((*BASIC_OBJECTIVES, OBJECTIVE)))
PASSED, FAILED = TestOutcome.PASSED, TestOutcome.FAILED


def pipeline_of(stage: Stage) -> Pipeline:
    return Pipeline("orders", None, (stage,), (), LayerRules())


def run_of(*outcomes: TestOutcome, **more: object) -> StageRun:
    records = tuple(
        TestRecord(f"t{number}", "unit", (TestAttempt(each, 0.1),))
        for number, each in enumerate(outcomes)
    )
    told = {each.nodeid: outcome for each, outcome in zip(records, outcomes, strict=True)}
    tally = Tally(told, len(records), duration_s=0.1, records=records)
    return replace(StageRun(tally, {"custom.rows": 3}), **more)  # type: ignore[arg-type]


def begun(tools: wiring.WiredToolbox) -> Execution:
    redactor = Redactor(secrets_among(os.environ))
    python = Interpreter("3.11", {})
    return Execution("e1", "stage", tools, 0.0, tools.clock.utc(), python, redactor=redactor)


class Job:
    """A job that has the key, in a checkout that another job ran a stage in."""

    def __init__(self, root: Path) -> None:
        self.root, self.signer = root, MemorySigner()
        (root / "app.py").write_text("version = 1\n")

    def ran(self, run: StageRun, stage: Stage = STAGE, *, unpromoted: bool = False) -> None:
        """Leave what the job that ran the tests left, unsigned."""
        with wiring.toolbox(self.root, SilentProgress()) as tools:
            execution = begun(tools)
            execution.revision = tools.revise(self.root)
            execution.service = "orders"
            if unpromoted:
                execution.unpromoted.add(stage.environment or "")
            conclude_stage(execution, stage, run, None)

    def sign(self, stage: Stage = STAGE, *, with_key: bool = True) -> Verdict:
        with self.tools(with_key=with_key) as tools:
            execution = begun(tools)
            judged = judge_again(execution, pipeline_of(stage), stage)
            sign_again(execution, judged)
            return judged.result.verdict

    def tools(self, *, with_key: bool = True):  # type: ignore[no-untyped-def]  # noqa: ANN201
        known = (Signer("ci", self.signer.key),)
        signer = self.signer if with_key else None
        return wiring.toolbox(self.root, SilentProgress(), signer=signer, signers=known)

    def found(self) -> tuple[Evidence, bool]:
        """Return the evidence, and whether the known signer vouches for it."""
        with self.tools() as tools:
            (found,) = tools.evidence.every("unit")
            return found.evidence, bool(found.keyids)

    def forge(self, change: Callable[[Evidence], Evidence], report: str | None = None) -> None:
        """Put other evidence in its place, with the report of the first or another one."""
        with self.tools() as tools:
            (found,) = tools.evidence.every("unit")
            told = report or tools.evidence.report(found.evidence.report or "")
            evidence = replace(change(found.evidence), report=sha256_of(told or ""))
            tools.evidence.add(envelope_of(evidence), tools.revise(self.root), told)

    def file(self, folder: str) -> Path:
        (path,) = (self.root / ".pipeline" / folder).rglob("*.json")
        return path


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job(tmp_path)


@pytest.mark.parametrize(
    ("run", "verdict"),
    [
        (run_of(PASSED, PASSED), Verdict.PASS),
        (run_of(PASSED, FAILED), Verdict.FAIL),
        (run_of(PASSED, left_out=("one was left out",)), Verdict.INCONCLUSIVE),
        (run_of(PASSED, problems=("a worker died",)), Verdict.ERROR),
    ],
)
def test_what_its_report_comes_to_is_signed(job: Job, run: StageRun, verdict: Verdict) -> None:
    job.ran(run)
    before = job.found()

    signed = job.sign()
    after = job.found()

    assert signed is verdict
    assert before == (after[0], False)
    assert after[0].verdict is verdict
    assert after[1]


def test_signing_twice_changes_nothing(job: Job) -> None:
    job.ran(run_of(PASSED))
    job.sign()
    once = job.file("evidence").read_bytes()
    job.sign()

    assert job.file("evidence").read_bytes() == once


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(
            lambda each: replace(each, verdict=Verdict.PASS),
            "the report comes to FAIL, the evidence says PASS",
            id="verdict",
        ),
        pytest.param(
            lambda each: replace(each, measurements={**each.measurements, "tests.failed": 0}),
            "the report says tests.failed 1, the evidence 0",
            id="figure",
        ),
        pytest.param(
            lambda each: replace(each, measurements={**each.measurements, "custom.more": 1}),
            "the report says custom.more nothing, the evidence 1",
            id="figure-added",
        ),
        pytest.param(
            lambda each: replace(each, failed=(), passed=("t0", "t1")),
            "the report and the evidence differ in what failed: t1",
            id="names",
        ),
        pytest.param(
            lambda each: replace(
                each, results=tuple(replace(one, verdict=Verdict.PASS) for one in each.results)
            ),
            "tests.failed is FAIL here, PASS in the evidence",
            id="objective",
        ),
        pytest.param(
            lambda each: replace(
                each, results=tuple(replace(one, value=0) for one in each.results)
            ),
            "tests.failed was judged by 1 here, by 0 in the evidence",
            id="objectives-figure",
        ),
        pytest.param(
            lambda each: replace(each, results=each.results[:1]),
            "the objectives that the evidence shows are not those of the gate",
            id="objectives",
        ),
        pytest.param(
            lambda each: replace(each, policy="sha256:" + "0" * 64),
            "the evidence was judged by sha256:000000000000",
            id="policy",
        ),
        pytest.param(
            lambda each: replace(each, gate={}), "the gate that the evidence shows", id="gate"
        ),
        pytest.param(
            lambda each: replace(each, commit="d" * 40),
            "this is no commit with changes, the evidence is of commit dddddddddddd",
            id="commit",
        ),
        pytest.param(
            lambda each: replace(each, left_out=("some",)), "in what was left out", id="left-out"
        ),
        pytest.param(
            lambda each: replace(each, registered={"custom.rows": ("s", "")}),
            "in what measures mean",
            id="registered",
        ),
    ],
)
def test_evidence_that_says_something_else_than_its_report_is_refused(
    job: Job, change: Callable[[Evidence], Evidence], said: str
) -> None:
    job.ran(run_of(PASSED, FAILED))
    job.forge(change)

    with pytest.raises(EvidenceError) as refused:
        job.sign()

    assert said in str(refused.value)
    assert not job.found()[1]


def test_every_difference_is_named(job: Job) -> None:
    job.ran(run_of(PASSED, FAILED))
    job.forge(lambda each: replace(each, verdict=Verdict.PASS, failed=()))

    with pytest.raises(EvidenceError) as refused:
        job.sign()

    assert len(str(refused.value).splitlines()) == 3


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (run_of(PASSED, narrowed=("-k",)), "its run was narrowed (-k)"),
        (run_of(PASSED, interrupted=True), "its run was interrupted"),
    ],
)
def test_the_report_of_a_part_is_refused(job: Job, run: StageRun, said: str) -> None:
    job.ran(run_of(PASSED))
    job.forge(lambda each: each, report_text("unit", run))

    with pytest.raises(EvidenceError) as refused:
        job.sign()

    assert said in str(refused.value)


def test_a_report_that_excuses_its_own_failures_is_refused(job: Job) -> None:
    job.ran(run_of(PASSED, FAILED))
    run = run_of(PASSED, FAILED)
    records = tuple(replace(each, quarantined=True) for each in run.tally.records)
    excused = replace(run, tally=replace(run.tally, records=records))
    job.forge(lambda each: each, report_text("unit", excused))

    with pytest.raises(EvidenceError, match="quarantined before a gate did: t0, t1"):
        job.sign()


@pytest.mark.parametrize("outcomes", [{"t0": PASSED, "t1": PASSED}, {"t0": PASSED}, {}])
def test_a_report_whose_outcomes_are_not_those_of_its_tests_is_refused(
    job: Job, outcomes: dict[str, TestOutcome]
) -> None:
    run = run_of(PASSED, FAILED)
    job.ran(run)
    forged = replace(run, tally=replace(run.tally, outcomes=outcomes))
    job.forge(lambda each: each, report_text("unit", forged))

    with pytest.raises(EvidenceError, match="did not come to the outcomes that it tells"):
        job.sign()


def test_a_report_that_tells_a_test_twice_is_refused(job: Job) -> None:
    run = run_of(PASSED)
    job.ran(run)
    failed = TestRecord("t0", "unit", (TestAttempt(FAILED),))
    forged = replace(run, tally=replace(run.tally, records=(failed, *run.tally.records)))
    job.forge(lambda each: each, report_text("unit", forged))

    with pytest.raises(EvidenceError, match="did not come to the outcomes that it tells"):
        job.sign()


def test_the_report_of_another_stage_is_refused(job: Job) -> None:
    job.ran(run_of(PASSED))
    job.forge(lambda each: each, report_text("component", run_of(PASSED)))

    with pytest.raises(EvidenceError, match="for its report: it is of stage component"):
        job.sign()


def test_what_is_no_report_is_refused(job: Job) -> None:
    job.ran(run_of(PASSED))
    job.forge(lambda each: each, "{}\n")

    with pytest.raises(EvidenceError, match="not a report of a stage"):
        job.sign()


def test_without_its_report_nothing_is_signed(job: Job) -> None:
    job.ran(run_of(PASSED))
    job.file("reports").unlink()

    with pytest.raises(EvidenceError, match=r"hand over \.pipeline/reports .*-stage=unit"):
        job.sign()


def test_evidence_of_earlier_versions_names_no_report(job: Job) -> None:
    job.ran(run_of(PASSED))
    evidence, _ = job.found()
    job.file("evidence").write_text(replace(evidence, report=None).to_json())

    with pytest.raises(EvidenceError, match="its report is not here"):
        job.sign()


def test_another_revision_is_refused_with_what_changed(job: Job) -> None:
    job.ran(run_of(PASSED))
    (job.root / "app.py").write_text("version = 2\n")

    with pytest.raises(EvidenceError, match=r"on another revision \(changed: app.py\)"):
        job.sign()


def test_another_gate_is_refused(job: Job) -> None:
    job.ran(run_of(PASSED))

    with pytest.raises(EvidenceError, match="the gate here is sha256:"):
        job.sign(replace(STAGE, gate=Gate(BASIC_OBJECTIVES)))


def test_without_a_key_nothing_is_signed(job: Job) -> None:
    job.ran(run_of(PASSED))

    with pytest.raises(SigningError, match="give --key FILE"):
        job.sign(with_key=False)


def test_a_stage_is_compared_with_what_it_was_compared_with(job: Job) -> None:
    relative = Objective("custom.rows", (parse_criterion("<= +10%"),), baseline=BaselineKind.STABLE)
    stage = Stage("unit", ("unit",), "staging", Gate((*BASIC_OBJECTIVES, relative)))
    job.ran(run_of(PASSED), stage, unpromoted=True)

    first = job.sign(stage)
    with job.tools() as tools:
        release = tools.ledger.register_release("staging", artifact="sha256:six", configuration={})
        tools.ledger.mark_promoted("staging", release.number)
    with pytest.raises(EvidenceError) as refused:
        job.sign(stage)

    assert first is Verdict.WARN  # of a first release nothing is known to compare with
    assert "custom.rows is INCONCLUSIVE here, WARN in the evidence" in str(refused.value)


def test_a_fresh_clone_with_promotions_knows_that_it_is_no_first_release(job: Job) -> None:
    relative = Objective("custom.rows", (parse_criterion("<= +10%"),), baseline=BaselineKind.STABLE)
    stage = Stage("unit", ("unit",), "staging", Gate((*BASIC_OBJECTIVES, relative)))
    job.ran(run_of(PASSED), stage, unpromoted=True)
    promotion = Promotion(
        "staging", 1, Release(1, "sha256:" + "6" * 64, {}), "sha256:tree", None,
        job.found()[0].dirty, "deploy", {}, (), None, "e0", "2026-01-01T00:00:00Z",
    )  # fmt: skip
    with job.tools() as tools:
        tools.promotions.add(attest(promotion_statement(promotion, "orders"), job.signer))

    with pytest.raises(EvidenceError, match="is INCONCLUSIVE here, WARN in the evidence"):
        job.sign(stage)


def test_secrets_are_in_neither_evidence_nor_report(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STORE_PASSWORD", "tell-nobody")
    run = run_of(PASSED, details={"tests.failed": ("tell-nobody",)}, stopped="tell-nobody")
    failure = TestAttempt(FAILED, 0.1, failure="assert 'tell-nobody'")
    flaky = TestRecord("t[tell-nobody]", "unit", (failure, TestAttempt(PASSED)))
    tally = Tally({flaky.nodeid: PASSED}, 1, records=(flaky,))
    job.ran(replace(run, tally=tally))
    kept = [job.file("evidence").read_bytes(), job.file("reports").read_bytes()]
    evidence, _ = job.found()

    assert not any(b"tell-nobody" in each for each in kept)
    assert "tell-nobody" not in repr(evidence)
    assert run_from(kept[1].decode()).tally.records[0].attempts[0].failure == "assert '***'"
    assert job.sign() is Verdict.WARN


def test_a_key_that_cannot_sign_leaves_an_error_that_nobody_vouches_for(job: Job) -> None:
    class Spent(MemorySigner):
        def sign(self, envelope: Envelope) -> Envelope:
            raise SigningError(f"{envelope.digest}: stage unit was signed already")

    with wiring.toolbox(job.root, SilentProgress(), signer=Spent()) as tools:
        execution = begun(tools)
        execution.revision = tools.revise(job.root)
        with pytest.raises(SigningError):
            conclude_stage(execution, STAGE, run_of(PASSED), None)

    evidence, vouched = job.found()
    assert (evidence.verdict, vouched) == (Verdict.ERROR, False)
