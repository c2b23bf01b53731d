"""Each check by itself, in a state folder: no index helps it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pytest_pipeline.adapters.evidence_files import DiskFolder
from pytest_pipeline.domain.envelopes import Envelope, envelope_from_json
from pytest_pipeline.domain.in_toto import statement_from_payload
from pytest_pipeline.domain.promotion_statements import promotion_from, promotion_statement
from pytest_pipeline.domain.stage_statements import evidence_from, stage_statement
from pytest_pipeline.domain.trust import Trust
from pytest_pipeline.domain.verdicts import Verdict
from pytest_pipeline.domain.verification import Check
from pytest_pipeline.engine.sufficing import shortfalls
from pytest_pipeline.engine.verifying import check_folder
from tests.integration.verifying.sample import Sample
from tests.integration.verifying.signing import CI, STRANGER, Key


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    sample = Sample(tmp_path / "orders").configure()
    sample.fill()
    return sample


def found(sample: Sample) -> set[tuple[str, Check]]:
    problems = sample.check(sample.state).verification.problems
    return {(each.path.split("/")[0], each.check) for each in problems}


def unit(sample: Sample) -> Path:
    return min((sample.state / "evidence" / "unit").iterdir())


def rewritten(path: Path, key: Key | None = CI, **claims: object) -> None:
    """Sign evidence that claims something else."""
    old = envelope_from_json(path.read_text())
    statement = statement_from_payload(old.payload)
    evidence = replace(evidence_from(statement), **claims)  # type: ignore[arg-type]
    made = Envelope(stage_statement(evidence, statement.subjects[0].name).to_payload())
    path.write_text((key.sign(made) if key else made).to_json())


def promotion(sample: Sample, number: int) -> Path:
    return sample.state / "promotions" / "staging" / f"{number:06d}.json"


def promised(path: Path, **claims: object) -> None:
    """Sign a promotion that claims something else."""
    statement = statement_from_payload(envelope_from_json(path.read_text()).payload)
    claimed = replace(promotion_from(statement), **claims)  # type: ignore[arg-type]
    path.write_text(
        CI.sign(Envelope(promotion_statement(claimed, "orders").to_payload())).to_json()
    )


def _verdict_above_its_objectives(sample: Sample) -> None:
    envelope = envelope_from_json(unit(sample).read_text())
    evidence = evidence_from(statement_from_payload(envelope.payload))
    worse = tuple(replace(each, verdict=Verdict.FAIL) for each in evidence.results)
    rewritten(unit(sample), results=worse)


def _tests_that_the_report_does_not_have(sample: Sample) -> None:
    envelope = envelope_from_json(unit(sample).read_text())
    evidence = evidence_from(statement_from_payload(envelope.payload))
    rewritten(unit(sample), measurements={**evidence.measurements, "tests.skipped": 7.0})


def _report_of_another_stage(sample: Sample) -> None:
    other = next((sample.state / "evidence" / "e2e").iterdir())
    evidence = evidence_from(statement_from_payload(envelope_from_json(other.read_text()).payload))
    rewritten(unit(sample), report=evidence.report)


REFUSED: dict[str, tuple[Callable[[Sample], object], tuple[str, Check]]] = {
    "signed by a stranger": (
        lambda it: rewritten(unit(it), STRANGER), ("evidence", Check.SIGNER)),
    "unsigned where signers are trusted": (
        lambda it: rewritten(unit(it), None), ("evidence", Check.UNSIGNED)),
    "a verdict above its objectives": (
        _verdict_above_its_objectives, ("evidence", Check.CONTRADICTION)),
    "figures that the report does not bear out": (
        _tests_that_the_report_does_not_have, ("evidence", Check.REPORT)),
    "a failure that the report does not have": (
        lambda it: rewritten(unit(it), verdict=Verdict.ERROR), ("evidence", Check.REPORT)),
    "the report of another stage": (_report_of_another_stage, ("evidence", Check.REPORT)),
    "evidence of another stage under this name": (
        lambda it: rewritten(unit(it), stage="smoke"), ("evidence", Check.NAME)),
    "a report that is gone": (
        lambda it: [each.unlink() for each in (it.state / "reports").iterdir()],
        ("evidence", Check.REPORT)),
    "a revision that is gone": (
        lambda it: [each.unlink() for each in (it.state / "revisions").iterdir()],
        ("evidence", Check.REVISION)),
    "a statement twice": (
        lambda it: unit(it).with_name("copy.json").write_bytes(unit(it).read_bytes()),
        ("evidence", Check.DUPLICATE)),
    "a promotion that is missing": (
        lambda it: promotion(it, 1).unlink(), ("promotions", Check.CHAIN)),
    "a promotion that follows another one": (
        lambda it: promised(promotion(it, 2), previous="sha256:" + "0" * 64),
        ("promotions", Check.CHAIN)),
    "evidence that the last promotion rests on is gone": (
        lambda it: [each.unlink() for each in (it.state / "evidence" / "unit").iterdir()],
        ("promotions", Check.CHAIN)),
    "an artifact that was altered": (
        lambda it: _alter(next((it.state / "artifacts").rglob("serve"))),
        ("artifacts", Check.ARTIFACT)),
    "a file in the artifact that was not built": (
        lambda it: next((it.state / "artifacts").rglob("lib")).joinpath("more.py").touch(),
        ("artifacts", Check.ARTIFACT)),
    "a pipe": (lambda it: _pipe(it.state / "reports" / "a.json"), ("reports", Check.FILE_TYPE)),
    "a folder that nothing knows": (
        lambda it: it.write("evidense/unit/a.json", "{}\n"), ("evidense", Check.NAME)),
}  # fmt: skip


def _alter(path: Path) -> None:
    path.chmod(0o644)
    path.write_text("#!/bin/sh\n")


def _pipe(path: Path) -> None:
    os.mkfifo(path)


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_by_the_check_that_is_for_it(sample: Sample, name: str) -> None:
    act, expected = REFUSED[name]
    act(sample)

    assert expected in found(sample)


def test_bytecode_beside_an_artifacts_files_is_no_problem(sample: Sample) -> None:
    folder = next((sample.state / "artifacts").rglob("lib")) / "__pycache__"
    folder.mkdir()
    (folder / "orders.cpython-311.pyc").write_bytes(b"\0")

    assert found(sample) == set()


def test_a_signer_of_other_stages_does_not_count(sample: Sample) -> None:
    signers = tuple(replace(each, stages=("e2e",)) for each in sample.pipeline.signers)
    believed = replace(sample.believed, trust=Trust(signers))
    problems = sample.check(sample.state, believed).verification.problems

    assert {each.check for each in problems} == {Check.SIGNER}
    assert not any("e2e" in each.path for each in problems)


def test_without_the_configuration_counts_are_compared_with_the_report(sample: Sample) -> None:
    _tests_that_the_report_does_not_have(sample)
    believed = replace(sample.believed, stages={})
    problems = sample.check(sample.state, believed).verification.problems

    assert Check.REPORT in {each.check for each in problems}
    assert any("the report says tests.skipped 0" in each.meaning for each in problems)


def test_an_unsigned_folder_is_sound_where_nobody_is_trusted_and_says_so(tmp_path: Path) -> None:
    sample = Sample(tmp_path / "orders", signer=None).configure()
    sample.fill()
    verification = sample.check(sample.state).verification
    in_ci = replace(sample.believed, trust=Trust(in_ci=True))

    assert verification.problems == ()
    assert verification.unsigned
    assert {each.check for each in sample.check(sample.state, in_ci).verification.problems} == {
        Check.UNSIGNED
    }


def test_evidence_of_earlier_versions_is_read_as_unsigned(sample: Sample) -> None:
    envelope = envelope_from_json(unit(sample).read_text())
    evidence = evidence_from(statement_from_payload(envelope.payload))
    for each in sample.state.glob("promotions/*/*.json"):
        each.unlink()
    unit(sample).write_text(evidence.to_json())
    nobody = replace(sample.believed, trust=Trust())

    assert found(sample) == {("evidence", Check.UNSIGNED)}
    assert sample.check(sample.state, nobody).verification.problems == ()
    assert sample.check(sample.state, nobody).verification.unsigned


def test_an_empty_folder_proves_nothing(tmp_path: Path) -> None:
    sample = Sample(tmp_path / "orders").configure()
    sample.state.mkdir()

    assert {each.check for each in sample.check(sample.state).verification.problems} == {
        Check.EMPTY
    }


def test_a_file_that_is_too_large_is_refused_unread(sample: Sample) -> None:
    view = DiskFolder(sample.state, most_bytes=200)
    problems = check_folder(view, sample.believed, indexed=False).verification.problems

    assert Check.LIMIT in {each.check for each in problems}


def test_a_stage_that_failed_does_not_suffice(sample: Sample) -> None:
    revision, artifact = sample.newest()
    sample.tested("e2e", revision, artifact, failed=1)
    checked = sample.check(sample.state)
    (problem,) = shortfalls(checked, sample.demanding(revision))

    assert checked.verification.sound
    assert problem.check is Check.DEMAND
    assert "stage e2e ended FAIL" in problem.meaning
    assert problem.remedy == "run pytest --pipeline-stage=e2e"
