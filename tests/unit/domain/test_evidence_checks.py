from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from pytest_pipeline.domain.attested import AttestedEvidence
from pytest_pipeline.domain.envelopes import Envelope
from pytest_pipeline.domain.evidence import Evidence, policy_digest
from pytest_pipeline.domain.evidence_checks import (
    EvidenceProblem,
    EvidenceRules,
    Finding,
    Refusal,
    RequiredEvidence,
    evidence_problems,
    required_of,
)
from pytest_pipeline.domain.gate_documents import gate_document
from pytest_pipeline.domain.gates import ObjectiveResult
from pytest_pipeline.domain.promotions import Promotion
from pytest_pipeline.domain.quarantine import Quarantine, QuarantineEntry
from pytest_pipeline.domain.releases import Release
from pytest_pipeline.domain.revisions import tree_digest
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.verdicts import Verdict

FILES = {"orders/app.py": "1" * 64, "pyproject.toml": "2" * 64}
ARTIFACT = "sha256:" + "a" * 64
POLICY = "sha256:" + "b" * 64
UNIT = RequiredEvidence("unit", POLICY)
COMPONENT = RequiredEvidence("component", POLICY)


def evidence(stage: str = "unit", verdict: Verdict = Verdict.PASS) -> Evidence:
    return Evidence(
        stage=stage,
        verdict=verdict,
        revision_tree=tree_digest(FILES),
        commit=None,
        artifact=ARTIFACT,
        policy=POLICY,
        results=(ObjectiveResult("tests.failed", 2.0, verdict, "2, wanted == 0"),),
        measurements={},
        resources={},
        interpreter="3.11.9",
        distributions={},
        execution="e1",
        created="2026-01-31T12:00:00.000Z",
    )


def attested(made: Evidence, *keyids: str) -> AttestedEvidence:
    return AttestedEvidence(made, Envelope(made.to_json().encode()), frozenset(keyids))


def found(made: Evidence) -> Finding:
    return Finding(attested(made))


def problems(
    *findings: Finding, required: tuple[RequiredEvidence, ...] = (UNIT,), path: str = ""
) -> tuple[EvidenceProblem, ...]:
    by_stage = {each.stage: finding for each, finding in zip(required, findings, strict=False)}
    return evidence_problems(required, FILES, ARTIFACT, by_stage, path=path)


def changed(files: Mapping[str, str]) -> Finding:
    return Finding(attested(replace(evidence(), revision_tree=tree_digest(files))), files)


@pytest.mark.parametrize("verdict", [Verdict.PASS, Verdict.WARN])
def test_evidence_of_this_very_revision_promotes(verdict: Verdict) -> None:
    assert problems(found(evidence(verdict=verdict))) == ()


@pytest.mark.parametrize("verdict", [Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.ERROR])
def test_a_verdict_that_does_not_promote_is_refused_with_its_figures(verdict: Verdict) -> None:
    (problem,) = problems(found(evidence(verdict=verdict)))

    assert problem.refusal is Refusal.NOT_PROMOTING
    assert f"stage unit ended {verdict} (tests.failed: 2, wanted == 0)" in str(problem)


def test_absence_denies_and_names_the_command() -> None:
    (problem,) = problems(path="sample_service")

    assert problem.refusal is Refusal.MISSING
    assert str(problem) == (
        "no evidence of stage unit: run pytest --pipeline-stage=unit sample_service"
    )


def test_stale_evidence_names_the_changed_paths() -> None:
    (problem,) = problems(changed({**FILES, "orders/app.py": "9" * 64}))

    assert problem.refusal is Refusal.STALE
    assert problem.paths == ("orders/app.py",)
    assert "another revision (changed: orders/app.py): run" in str(problem)


def test_many_changed_paths_are_counted() -> None:
    (problem,) = problems(changed({**FILES, **{f"old{n}.py": "9" * 64 for n in range(6)}}))

    assert "changed: old0.py, old1.py, old2.py, … (+3 more)" in problem.reason
    assert len(problem.paths) == 6


def test_stale_evidence_without_its_files_says_so() -> None:
    stale = found(replace(evidence(), revision_tree="sha256:" + "0" * 64))

    (problem,) = problems(stale)

    assert problem.refusal is Refusal.STALE
    assert "not known" in problem.reason


@pytest.mark.parametrize(
    ("altered", "refusal"),
    [
        pytest.param({"artifact": "sha256:" + "c" * 64}, Refusal.OTHER_ARTIFACT, id="artifact"),
        pytest.param({"artifact": None}, Refusal.OTHER_ARTIFACT, id="no-artifact"),
        pytest.param({"policy": "sha256:" + "d" * 64}, Refusal.OTHER_POLICY, id="policy"),
        pytest.param({"stage": "lint"}, Refusal.MISSING, id="stage"),
    ],
)
def test_evidence_of_something_else_is_refused(
    altered: dict[str, str | None], refusal: Refusal
) -> None:
    (problem,) = problems(found(replace(evidence(), **altered)))  # type: ignore[arg-type]

    assert problem.refusal is refusal


def test_every_stage_is_reported_in_order() -> None:
    refused = problems(required=(UNIT, COMPONENT))

    assert [each.stage for each in refused] == ["unit", "component"]


def test_good_evidence_of_one_stage_does_not_cover_another() -> None:
    refused = problems(found(evidence()), required=(UNIT, COMPONENT))

    assert [each.stage for each in refused] == ["component"]


def excused_until(expires: str, *, today: str, quarantined: int = 1) -> tuple[EvidenceProblem, ...]:
    """Return the problems of evidence of 2026-01-31 under a quarantine with one entry."""
    entry = QuarantineEntry("t.py::test_b", "payments", "ticket 7", expires, "quarantine.toml:1")
    required = replace(UNIT, quarantine=Quarantine((entry,)), today=today)
    made = replace(evidence(verdict=Verdict.WARN), measurements={"tests.quarantined": quarantined})
    return problems(found(made), required=(required,))


def test_evidence_does_not_outlive_an_entry_that_excused_a_failure_in_it() -> None:
    (problem,) = excused_until("2026-02-10", today="2026-02-11")

    assert problem.refusal is Refusal.EXCUSE_EXPIRED
    assert str(problem) == (
        "stage unit had failures that are excused no more: t.py::test_b (quarantine.toml:1, until "
        "2026-02-10): run pytest --pipeline-stage=unit"
    )


@pytest.mark.parametrize(
    ("expires", "quarantined"),
    [
        pytest.param("2026-02-11", 1, id="last-day"),
        pytest.param("2026-02-10", 0, id="nothing-was-excused"),
        pytest.param("2026-01-30", 1, id="was-over-before-and-excused-nothing"),
        pytest.param("9999-12-31", 1, id="too-far-and-excused-nothing"),
    ],
)
def test_evidence_counts_as_long_as_its_excuses_do(expires: str, quarantined: int) -> None:
    assert excused_until(expires, today="2026-02-11", quarantined=quarantined) == ()


def test_a_changed_quarantine_is_named_where_there_is_one() -> None:
    required = replace(UNIT, policy="sha256:other", quarantine=Quarantine())

    (problem,) = problems(found(evidence()), required=(required,))

    assert problem.refusal is Refusal.OTHER_POLICY
    assert problem.reason == (
        "the gate of stage unit or the quarantine was changed since it was judged"
    )


def test_what_is_demanded_of_a_stage_knows_its_gate_and_its_quarantine() -> None:
    stage = Stage("unit", ("unit",), quarantine=Quarantine())

    rules = EvidenceRules("2026-02-11T08:00:00.000Z")

    required = required_of(stage, rules)

    assert required == RequiredEvidence(
        "unit",
        policy_digest(stage.gate),
        Quarantine(),
        "2026-02-11",
        gate_document(stage.gate),
        rules,
    )


def promotion(
    created: str = "2026-01-31T11:00:00.000Z",
    *,
    environment: str = "staging",
    artifact: str = "sha256:earlier",
) -> Promotion:
    return Promotion(
        environment=environment,
        sequence=1,
        release=Release(1, artifact, {}),
        revision_tree="sha256:tree",
        commit=None,
        dirty=False,
        way="deploy",
        policy={},
        inputs=(),
        previous=None,
        execution="e0",
        created=created,
    )


def judged_as_a_first_release(reason: str = "no-baseline: 90, nothing") -> Evidence:
    result = ObjectiveResult("coverage.lines_percent", 90.0, Verdict.WARN, reason)
    return replace(evidence(verdict=Verdict.WARN), results=(result,), environment="staging")


def asked_knowing(*promotions: Promotion) -> tuple[RequiredEvidence, ...]:
    return (replace(UNIT, rules=EvidenceRules(promotions=promotions)),)


def test_where_something_was_promoted_before_none_is_a_first_release() -> None:
    (problem,) = problems(found(judged_as_a_first_release()), required=asked_knowing(promotion()))

    assert problem.refusal is Refusal.NO_BASELINE
    assert "coverage.lines_percent with nothing" in problem.reason
    assert "r1 was promoted to staging before" in problem.reason


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(promotion("2026-01-31T13:00:00.000Z"), id="promoted-since"),
        pytest.param(promotion(environment="production"), id="promoted-elsewhere"),
        pytest.param(promotion(artifact=ARTIFACT), id="promoted-itself"),
    ],
)
def test_a_first_release_counts_where_nothing_was_promoted_before(other: Promotion) -> None:
    assert problems(found(judged_as_a_first_release()), required=asked_knowing(other)) == ()


def test_what_was_compared_counts_whatever_was_promoted_before() -> None:
    compared = judged_as_a_first_release("90 misses >= base")

    assert problems(found(compared), required=asked_knowing(promotion())) == ()
