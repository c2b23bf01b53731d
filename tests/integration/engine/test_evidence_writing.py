"""What a stage leaves: its gate, where it ran, its tests by name, its report, a signature."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_pipeline import wiring
from pytest_pipeline.domain.evidence import policy_digest
from pytest_pipeline.domain.gate_documents import gate_document
from pytest_pipeline.domain.gates import BASIC_OBJECTIVES, Gate
from pytest_pipeline.domain.load import LoadSample, summarise_load
from pytest_pipeline.domain.resources import ProvidedResource
from pytest_pipeline.domain.stage_reports import run_from
from pytest_pipeline.domain.stage_results import judge_stage
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.tallies import StageRun, Tally
from pytest_pipeline.domain.test_outcomes import TestOutcome
from pytest_pipeline.domain.test_records import TestAttempt, TestRecord
from pytest_pipeline.domain.trust import Signer
from pytest_pipeline.engine.evidence_writing import write_evidence
from pytest_pipeline.engine.execution import Execution, Interpreter
from pytest_pipeline.testing.silent_progress import SilentProgress
from tests.statements import MemorySigner, predicate_in

STAGE = Stage("e2e", ("e2e",), "staging", Gate(BASIC_OBJECTIVES))
IMAGE = "sha256:" + "5" * 64
PASSED, FAILED = TestOutcome.PASSED, TestOutcome.FAILED
RECORDS = (
    TestRecord("t::good", "e2e", (TestAttempt(PASSED),)),
    TestRecord("t::flaky", "e2e", (TestAttempt(FAILED, failure="x"), TestAttempt(PASSED))),
    TestRecord("t::bad", "e2e", (TestAttempt(FAILED),)),
)
OUTCOMES = {each.nodeid: each.attempts[-1].outcome for each in RECORDS}
RUN = StageRun(Tally(OUTCOMES, 3, records=RECORDS), {})
#: An environment that was given a container, and an embedded server that knows of no image.
SITE: Any = SimpleNamespace(
    provided=(
        ProvidedResource("database", "postgres", "container", "18.1", "u", image=IMAGE),
        ProvidedResource("cache", "postgres", "embedded", "18.1", "u"),
    )
)


@pytest.fixture
def signer() -> MemorySigner:
    return MemorySigner()


@pytest.fixture
def execution(tmp_path: Path, signer: MemorySigner) -> Iterator[Execution]:
    known = (Signer("ci", signer.key),)
    with wiring.toolbox(tmp_path, SilentProgress(), signer=signer, signers=known) as tools:
        made = Execution("e1", "stage", tools, 0.0, "", Interpreter("3.11", {"pytest": "9"}))
        made.revision, made.service = tools.revise(tmp_path), "orders"
        made.artifact = "sha256:" + "2" * 64
        yield made


def test_evidence_tells_all_that_is_known(execution: Execution, signer: MemorySigner) -> None:
    write_evidence(execution, STAGE, RUN, judge_stage(STAGE, RUN), SITE)
    (found,) = execution.tools.evidence.every("e2e")
    evidence = found.evidence

    assert found.keyids == {signer.key.keyid}
    assert evidence.policy == policy_digest(STAGE.gate)
    assert evidence.gate == gate_document(STAGE.gate)
    assert evidence.environment == "staging"
    assert evidence.resources == {"database": "container 18.1", "cache": "embedded 18.1"}
    assert evidence.images == {"database": IMAGE}
    assert (evidence.passed, evidence.warned, evidence.failed) == (
        ("t::good",),
        ("t::flaky",),
        ("t::bad",),
    )


def test_the_report_that_evidence_names_is_the_run(execution: Execution) -> None:
    write_evidence(execution, STAGE, RUN, judge_stage(STAGE, RUN), None)
    (found,) = execution.tools.evidence.every("e2e")

    assert run_from(execution.tools.evidence.report(found.evidence.report or "") or "") == RUN


def test_evidence_tells_under_which_conditions_load_was_measured(execution: Execution) -> None:
    load = replace(
        summarise_load([LoadSample(0.0, 5.0)], duration_s=1), conditions={"machine": "processors 2"}
    )
    run = replace(RUN, loads=(("t::good", load),))
    write_evidence(execution, STAGE, run, judge_stage(STAGE, run), None)

    (found,) = execution.tools.evidence.every("e2e")

    assert found.evidence.conditions == {"t::good": {"machine": "processors 2"}}


def test_evidence_without_load_says_nothing_of_conditions(
    execution: Execution, tmp_path: Path
) -> None:
    write_evidence(execution, STAGE, RUN, judge_stage(STAGE, RUN), None)
    (file,) = (tmp_path / ".pipeline/evidence").rglob("*.json")

    assert "conditions" not in predicate_in(file)["pipeline"]


def test_the_statement_is_about_the_services_artifact(execution: Execution, tmp_path: Path) -> None:
    write_evidence(execution, STAGE, RUN, judge_stage(STAGE, RUN), None)
    (file,) = (tmp_path / ".pipeline/evidence").rglob("*.json")

    assert predicate_in(file)["result"] == "FAILED"
    (found,) = execution.tools.evidence.every("e2e")
    assert b'"subject":[{"digest":{"sha256":"2222' in found.envelope.payload
    assert b'"name":"orders"' in found.envelope.payload


def test_without_a_revision_nothing_is_claimed(execution: Execution) -> None:
    execution.revision = None
    write_evidence(execution, STAGE, RUN, judge_stage(STAGE, RUN), None)

    assert execution.tools.evidence.every("e2e") == ()
