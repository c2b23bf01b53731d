"""Evidence: what its policy covers, and that what was written before can still be read."""

from __future__ import annotations

import json

import pytest

from pytest_pipeline.domain.baselines import BaselineKind
from pytest_pipeline.domain.criteria import parse_criterion
from pytest_pipeline.domain.demands import Demands
from pytest_pipeline.domain.evidence import Evidence, evidence_from_json, policy_digest
from pytest_pipeline.domain.gates import BASIC_OBJECTIVES, Gate, Objective, ObjectiveResult
from pytest_pipeline.domain.ratchets import ratcheted
from pytest_pipeline.domain.verdicts import Verdict

STRICT = (parse_criterion("<= +10%"),)
PLAIN = Gate((*BASIC_OBJECTIVES, Objective("load.p95_ms", STRICT)))


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(Gate(BASIC_OBJECTIVES), id="objective-dropped"),
        pytest.param(
            Gate(
                (
                    *BASIC_OBJECTIVES,
                    Objective(
                        "load.p95_ms", STRICT, pass_alternatives=((parse_criterion("< 900"),),)
                    ),
                )
            ),
            id="set-added",
        ),
        pytest.param(
            Gate(
                (
                    *BASIC_OBJECTIVES,
                    Objective("load.p95_ms", STRICT, baseline=BaselineKind.MERGE_BASE),
                )
            ),
            id="other-baseline",
        ),
        pytest.param(Gate((*PLAIN.objectives, *ratcheted(["tests.skipped"]))), id="ratchet"),
        pytest.param(Gate(PLAIN.objectives, base="develop"), id="other-base"),
        pytest.param(Gate(PLAIN.objectives, demands=Demands(retries=5)), id="more-retries"),
        pytest.param(
            Gate(PLAIN.objectives, excused=(("t.py", "2026-12-31"),)), id="excused-failures"
        ),
    ],
)
def test_whatever_changes_a_gate_changes_its_policy(other: Gate) -> None:
    assert policy_digest(other) != policy_digest(PLAIN)


def test_the_policy_of_a_plain_gate_is_what_it_was_before_there_were_sets() -> None:
    assert (
        policy_digest(Gate(BASIC_OBJECTIVES[:2]))
        == "sha256:78ec5424a8b305960343e731aff7a76ca1a39a157c40c53646a1cfabdba9a383"
    )


def test_evidence_reads_back_as_it_was_written() -> None:
    result = ObjectiveResult("tests.skipped", 4, Verdict.FAIL, "4, wanted <= base", 3)
    evidence = Evidence(
        **{**OLD, "verdict": Verdict.FAIL, "results": (result,)},  # type: ignore[arg-type]
        dirty=False,
        left_out=("--maxfail reached",),
    )

    assert evidence_from_json(evidence.to_json()) == evidence


OLD = {
    "stage": "unit",
    "verdict": "PASS",
    "revision_tree": "sha256:1",
    "commit": "1" * 40,
    "artifact": None,
    "policy": "sha256:2",
    "results": [{"measure": "tests.failed", "value": 0, "verdict": "PASS", "reason": "0 (== 0)"}],
    "measurements": {"tests.failed": 0},
    "resources": {},
    "interpreter": "3.12",
    "distributions": {},
    "execution": "e",
    "created": "2026-01-01T00:00:00Z",
}


def test_earlier_evidence_is_read_and_taken_for_that_of_a_changed_tree() -> None:
    evidence = evidence_from_json(json.dumps(OLD))

    assert evidence.verdict is Verdict.PASS
    assert evidence.results[0].baseline is None
    assert evidence.dirty
