"""Evidence as in-toto statements: nothing is lost, and what is said twice agrees."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_pipeline.domain.envelopes import Envelope, canonical_json
from pytest_pipeline.domain.evidence import Evidence
from pytest_pipeline.domain.gates import ObjectiveResult
from pytest_pipeline.domain.in_toto import Statement, statement_from_payload
from pytest_pipeline.domain.promotion_statements import VERIFICATION_SUMMARY
from pytest_pipeline.domain.stage_statements import evidence_from, evidence_in, stage_statement
from pytest_pipeline.domain.verdicts import Verdict

TREE = "sha256:" + "1" * 64
ARTIFACT = "sha256:" + "2" * 64
EVIDENCE = Evidence(
    stage="unit",
    verdict=Verdict.WARN,
    revision_tree=TREE,
    commit="c" * 40,
    artifact=ARTIFACT,
    policy="sha256:" + "3" * 64,
    results=(ObjectiveResult("tests.failed", 0, Verdict.PASS, "0 == 0"),),
    measurements={"tests.failed": 0.0},
    resources={"database": "container 18.1"},
    interpreter="3.11.9",
    distributions={"pytest": "9.2.0"},
    execution="e1",
    created="2026-01-31T12:00:00Z",
    dirty=False,
    report="sha256:" + "4" * 64,
    images={"database": "sha256:" + "5" * 64},
    passed=("t::a", "t::b"),
    warned=("t::c",),
    failed=(),
)

texts = st.text(max_size=8)
maybe = st.one_of(st.none(), texts)
figures = st.one_of(st.integers(0, 9), st.floats(allow_nan=False))
tables = st.dictionaries(texts, texts, max_size=3)
names = st.lists(texts, max_size=3).map(tuple)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), texts),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(texts, inner, max_size=2)),
    max_leaves=4,
)
results = st.builds(
    ObjectiveResult,
    texts,
    st.one_of(st.none(), figures),
    st.sampled_from(Verdict),
    texts,
    st.one_of(st.none(), figures),
)
evidences = st.builds(
    Evidence,
    stage=texts,
    verdict=st.sampled_from(Verdict),
    revision_tree=st.sampled_from((TREE, ARTIFACT)),
    commit=maybe,
    artifact=st.sampled_from((None, TREE, ARTIFACT)),
    policy=st.sampled_from((TREE, "baseline")),
    results=st.lists(results, max_size=2).map(tuple),
    measurements=st.dictionaries(texts, figures, max_size=3),
    resources=tables,
    interpreter=texts,
    distributions=tables,
    execution=texts,
    created=texts,
    dirty=st.booleans(),
    left_out=names,
    registered=st.dictionaries(texts, st.tuples(texts, texts), max_size=2),
    gate=st.dictionaries(texts, values, max_size=3),
    report=st.sampled_from((None, TREE)),
    images=tables,
    passed=names,
    warned=names,
    failed=names,
    environment=texts,
    conditions=st.dictionaries(texts, tables, max_size=2),
)


@given(evidences, texts)
def test_evidence_reads_back_as_what_it_was(evidence: Evidence, service: str) -> None:
    payload = stage_statement(evidence, service).to_payload()

    assert evidence_from(statement_from_payload(payload)) == evidence
    assert evidence_in(Envelope(payload)) == evidence


@pytest.mark.parametrize("name", [each.name for each in fields(Evidence)])
def test_every_member_of_evidence_is_vouched_for(name: str) -> None:
    others: dict[str, Any] = {
        "verdict": Verdict.FAIL,
        "artifact": None,
        "results": (),
        "measurements": {},
        "resources": {},
        "distributions": {},
        "dirty": True,
        "left_out": ("x",),
        "registered": {"custom.x": ("s", "")},
        "gate": {"retries": 1},
        "images": {},
        "passed": (),
        "warned": (),
        "failed": ("t::d",),
        "parts": ("sha256:9",),
        "conditions": {"t::a": {"machine": "processors 2"}},
        "commit": None,
        "report": None,
    }
    other = replace(EVIDENCE, **{name: others.get(name, "sha256:" + "9" * 64)})

    assert stage_statement(other, "orders") != stage_statement(EVIDENCE, "orders")
    assert evidence_from(stage_statement(other, "orders")) == other


@pytest.mark.parametrize(
    ("verdict", "result"),
    [
        (Verdict.PASS, "PASSED"),
        (Verdict.WARN, "WARNED"),
        (Verdict.FAIL, "FAILED"),
        (Verdict.INCONCLUSIVE, "FAILED"),
        (Verdict.ERROR, "FAILED"),
    ],
)
def test_only_what_promotes_is_more_than_failed_in_the_standards_words(
    verdict: Verdict, result: str
) -> None:
    statement = stage_statement(replace(EVIDENCE, verdict=verdict), "orders")

    assert statement.predicate["result"] == result


def test_the_subject_is_the_artifact_or_the_revisions_tree() -> None:
    built = stage_statement(EVIDENCE, "orders").subjects
    unbuilt = stage_statement(replace(EVIDENCE, artifact=None), "orders").subjects

    assert [(each.name, each.digest) for each in (*built, *unbuilt)] == [
        ("orders", ARTIFACT),
        ("orders", TREE),
    ]


def test_tests_are_named_and_counted() -> None:
    predicate = stage_statement(EVIDENCE, "orders").predicate

    assert (predicate["passedTests"], predicate["successes"]) == (["t::a", "t::b"], 2)
    assert (predicate["warnedTests"], predicate["warnings"]) == (["t::c"], 1)
    assert (predicate["failedTests"], predicate["failures"]) == ([], 0)


def test_what_decided_is_described_by_digest() -> None:
    configuration = stage_statement(EVIDENCE, "orders").predicate["configuration"]

    assert {each["name"]: each["digest"]["sha256"][0] for each in configuration} == {
        "revision": "1",
        "policy": "3",
        "report": "4",
    }


def _edit(path: str, value: object) -> Callable[[dict[str, Any]], None]:
    def edit(data: dict[str, Any]) -> None:
        *inner, last = path.split(".")
        for each in inner:
            data = data[int(each)] if isinstance(data, list) else data[each]
        data[last] = value

    return edit


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("predicateType", "https://in-toto.io/attestation/link/v0.3"),
        ("subject.0.digest.sha256", "9" * 64),
        ("subject.0.name", 5),
        ("predicate.result", "PASSED"),
        ("predicate.successes", 3),
        ("predicate.warnings", 0),
        ("predicate.failures", 1),
        ("predicate.successes", 2.0),
        ("predicate.passedTests", ["t::a"]),
        ("predicate.passedTests", None),
        ("predicate.configuration", []),
        ("predicate.configuration.0.digest.sha256", "9" * 64),
        ("predicate.url", "https://example.org"),
        ("predicate.pipeline.verdict", "PASS"),
        ("predicate.pipeline.verdict", "GREEN"),
        ("predicate.pipeline.revision_tree", TREE.replace("1", "9")),
        ("predicate.pipeline.artifact", None),
        ("predicate.pipeline.dirty", 0),
        ("predicate.pipeline.measurements", {"tests.failed": True}),
        ("predicate.pipeline.measurements", {"tests.failed": "0"}),
        ("predicate.pipeline.results", [{}]),
        ("predicate.pipeline.more", 1),
        ("predicate.pipeline", None),
    ],
)
def test_a_statement_that_contradicts_itself_is_refused(path: str, value: object) -> None:
    data = json.loads(stage_statement(EVIDENCE, "orders").to_payload())
    _edit(path, value)(data)

    with pytest.raises(ValueError, match=r"not evidence of a stage|not written as"):
        evidence_in(Envelope(canonical_json(data).encode()))


def test_a_promotion_is_no_evidence_of_a_stage() -> None:
    statement = stage_statement(EVIDENCE, "orders")

    with pytest.raises(ValueError, match="a statement of type"):
        evidence_from(Statement(statement.subjects, VERIFICATION_SUMMARY, statement.predicate))


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda text: text + " ",
        lambda text: text.replace(":", ": ", 1),
        lambda text: text.replace('"_type"', '"_type":"x","_type"', 1),
        lambda text: text.replace('"name":"orders"', '"name":"orders","uri":"x"', 1),
    ],
)
def test_bytes_that_no_statement_is_written_as_are_refused(spoilt: Callable[[str], str]) -> None:
    text = stage_statement(EVIDENCE, "orders").to_payload().decode()

    with pytest.raises(ValueError, match="changed after it was made"):
        evidence_in(Envelope(spoilt(text).encode()))


def test_an_envelope_of_another_type_is_refused() -> None:
    payload = stage_statement(EVIDENCE, "orders").to_payload()

    with pytest.raises(ValueError, match="changed after it was made"):
        evidence_in(Envelope(payload, (), "application/json"))
