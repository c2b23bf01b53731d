"""Each check by itself, in a state folder: no index helps it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pytest_pipeline.adapters.evidence_files import DiskFolder
from pytest_pipeline.domain.envelopes import envelope_from_json
from pytest_pipeline.domain.in_toto import statement_from_payload
from pytest_pipeline.domain.stage_statements import evidence_from
from pytest_pipeline.domain.trust import Trust
from pytest_pipeline.domain.verdicts import Verdict
from pytest_pipeline.domain.verification import Check
from pytest_pipeline.engine.sufficing import shortfalls
from pytest_pipeline.engine.verifying import check_folder
from tests.integration.verifying.forging import (
    alter,
    approval,
    pipe,
    promised,
    promotion,
    report_of_another_stage,
    rewritten,
    shard,
    signed_twice,
    tests_that_the_report_does_not_have,
    unit,
    verdict_above_its_objectives,
)
from tests.integration.verifying.sample import STAGES, Sample, revision_of
from tests.integration.verifying.signing import CI, STRANGER


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    sample = Sample(tmp_path / "orders").configure()
    sample.fill()
    return sample


def found(sample: Sample) -> set[tuple[str, Check]]:
    problems = sample.check(sample.state).verification.problems
    return {(each.path.split("/")[0], each.check) for each in problems}


REFUSED: dict[str, tuple[Callable[[Sample], object], tuple[str, Check]]] = {
    "signed by a stranger": (
        lambda it: rewritten(unit(it), STRANGER), ("evidence", Check.SIGNER)),
    "unsigned where signers are trusted": (
        lambda it: rewritten(unit(it), None), ("evidence", Check.UNSIGNED)),
    "a verdict above its objectives": (
        verdict_above_its_objectives, ("evidence", Check.CONTRADICTION)),
    "figures that the report does not bear out": (
        tests_that_the_report_does_not_have, ("evidence", Check.REPORT)),
    "a failure that the report does not have": (
        lambda it: rewritten(unit(it), verdict=Verdict.ERROR), ("evidence", Check.REPORT)),
    "the report of another stage": (report_of_another_stage, ("evidence", Check.REPORT)),
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
        lambda it: alter(next((it.state / "artifacts").rglob("serve"))),
        ("artifacts", Check.ARTIFACT)),
    "a file in the artifact that was not built": (
        lambda it: next((it.state / "artifacts").rglob("lib")).joinpath("more.py").touch(),
        ("artifacts", Check.ARTIFACT)),
    "a signature twice": (signed_twice, ("evidence", Check.SIGNATURE)),
    "a link to the same evidence": (
        lambda it: unit(it).symlink_to(unit(it).rename(it.root / "elsewhere.json")),
        ("evidence", Check.FILE_TYPE)),
    "two names that differ in letters alone": (
        lambda it: it.write(f"evidence/UNIT/{unit(it).name}", unit(it).read_text()),
        ("evidence", Check.NAME)),
    "a revision that was altered": (
        lambda it: next((it.state / "revisions").iterdir()).write_text('{"files":{}}'),
        ("revisions", Check.REVISION)),
    "a shard under the name of another": (
        lambda it: shard(it, 1, at=2), ("shards", Check.NAME)),
    "an approval of somebody who may not approve": (approval, ("approvals", Check.SIGNER)),
    "an approval under another name": (
        lambda it: approval(it, "0000000000000000.json"), ("approvals", Check.NAME)),
    "durations that are none": (
        lambda it: it.write("durations/unit.json", "[]"), ("durations", Check.FORMAT)),
    "a pipe": (lambda it: pipe(it.state / "reports" / "a.json"), ("reports", Check.FILE_TYPE)),
    "a folder that nothing knows": (
        lambda it: it.write("evidense/unit/a.json", "{}\n"), ("evidense", Check.NAME)),
}  # fmt: skip


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


def test_a_stage_that_was_judged_again_breaks_no_chain(sample: Sample) -> None:
    revision, artifact = sample.newest()
    sample.tested("unit", revision, artifact, "2026-11-23T12:30:00+00:00")
    verification = sample.check(sample.state).verification

    assert verification.problems == ()
    assert "evidence/unit was judged again since promotion staging 2" in verification.remarks


def test_older_evidence_in_the_place_of_what_was_promoted_breaks_the_chain(sample: Sample) -> None:
    revision, artifact = sample.newest()
    sample.tested("unit", revision, artifact, "2026-11-23T11:30:00+00:00")
    problems = sample.check(sample.state).verification.problems

    assert [(each.path, each.check) for each in problems] == [
        ("promotions/staging/000002.json", Check.CHAIN)
    ]


def test_a_missing_promotion_is_named(sample: Sample) -> None:
    promised(promotion(sample, 2), sequence=3, previous=None)
    promotion(sample, 2).rename(promotion(sample, 3))
    promotion(sample, 1).unlink()
    problems = sample.check(sample.state).verification.problems

    assert [(each.path, each.check) for each in problems] == [
        ("promotions/staging/000001.json", Check.CHAIN)
    ]


def test_names_that_one_system_takes_for_one_are_refused_for_that(sample: Sample) -> None:
    sample.write(f"evidence/UNIT/{unit(sample).name}", "{}\n")
    problems = sample.check(sample.state).verification.problems

    assert any("do not tell letters apart" in each.meaning for each in problems)


def test_shards_and_approvals_are_shown_beside_the_rest(sample: Sample) -> None:
    shard(sample, 1)
    approval(sample, key=CI)
    verification = sample.check(sample.state).verification

    assert verification.problems == ()
    assert {each.kind for each in verification.rows} == {
        "evidence", "shard", "promotion", "approval",
    }  # fmt: skip


def test_who_signed_what_counts_no_more_is_worth_a_remark(sample: Sample) -> None:
    first, last = promotion(sample, 1), promotion(sample, 2)
    envelope = envelope_from_json(first.read_text())
    first.write_text(STRANGER.sign(envelope).to_json())
    approval(sample, last=1)
    verification = sample.check(sample.state).verification

    assert verification.problems == ()
    assert any("the last one vouches for them" in each for each in verification.remarks)

    envelope = envelope_from_json(last.read_text())
    last.write_text(STRANGER.sign(envelope).to_json())
    assert ("promotions", Check.SIGNER) in found(sample)
    approval(sample, key=CI)
    assert found(sample) == set()


def test_evidence_that_is_too_old_does_not_suffice(sample: Sample) -> None:
    revision, _ = sample.newest()
    demanding = sample.demanding(revision)
    later = replace(
        demanding,
        now="2026-11-23T14:00:00+00:00",
        pipeline=replace(demanding.pipeline, evidence_max_age_s=3600.0),
    )
    problems = shortfalls(sample.check(sample.state), later)

    assert len(problems) == len(STAGES)
    assert "2 h" in problems[0].meaning


def test_older_evidence_of_what_was_replaced_since_does_not_suffice(sample: Sample) -> None:
    problems = shortfalls(
        sample.check(sample.state), sample.demanding(revision_of(1), environment="staging")
    )

    assert [each.check for each in problems] == [Check.DEMAND]
    assert "staging" in problems[0].meaning


def test_a_statement_that_is_written_otherwise_is_refused_unsigned_too(tmp_path: Path) -> None:
    sample = Sample(tmp_path / "orders", signer=None).configure()
    sample.fill()
    envelope = envelope_from_json(unit(sample).read_text())
    unit(sample).write_text(replace(envelope, payload=envelope.payload + b"\n").to_json())
    path = unit(sample).relative_to(sample.state).as_posix()
    problems = sample.check(sample.state).verification.problems

    assert (path, Check.FORMAT) in [(each.path, each.check) for each in problems]


def test_a_signer_of_other_stages_does_not_count(sample: Sample) -> None:
    signers = tuple(replace(each, stages=("e2e",)) for each in sample.pipeline.signers)
    believed = replace(sample.believed, trust=Trust(signers))
    problems = sample.check(sample.state, believed).verification.problems

    assert {each.check for each in problems} == {Check.SIGNER}
    assert not any("e2e" in each.path for each in problems)


def test_without_the_configuration_counts_are_compared_with_the_report(sample: Sample) -> None:
    tests_that_the_report_does_not_have(sample)
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
