"""Gates as documents: flat, stable, and different where the gate is."""

from __future__ import annotations

import pytest

from pytest_pipeline.domain.baselines import BaselineKind
from pytest_pipeline.domain.criteria import parse_criterion
from pytest_pipeline.domain.demands import Demands
from pytest_pipeline.domain.envelopes import canonical_json
from pytest_pipeline.domain.gate_documents import gate_document
from pytest_pipeline.domain.gates import BASIC_OBJECTIVES, Gate, Objective
from pytest_pipeline.domain.ratchets import ratcheted

SLOWER = (parse_criterion("<= +10%"),)
PLAIN = Gate((*BASIC_OBJECTIVES, Objective("load.p95_ms", SLOWER)))


def test_a_gate_is_told_objective_by_objective() -> None:
    objective = Objective(
        "load.p95_ms",
        SLOWER,
        (parse_criterion("< 900"),),
        pass_alternatives=((parse_criterion("> 1"), parse_criterion("< 250")),),
        baseline=BaselineKind.MERGE_BASE,
    )
    gate = Gate(
        (objective, *ratcheted(["tests.skipped"])),
        Demands(("tests/*",), ("no docker*",), retries=2),
        base="develop",
        excused=(("t.py", "2026-12-31"),),
    )

    assert gate_document(gate) == {
        "objectives": [
            {
                "measure": "load.p95_ms",
                "pass": [["<= +10%"], ["> 1", "< 250"]],
                "warn": [["< 900"]],
                "baseline": "merge-base",
            }
        ],
        "ratchets": ["tests.skipped"],
        "required_tests": ["tests/*"],
        "skip_reasons": ["no docker*"],
        "retries": 2,
        "excused": [["t.py", "2026-12-31"]],
        "base": "develop",
    }


@pytest.mark.parametrize(
    "other",
    [
        Gate(BASIC_OBJECTIVES),
        Gate((*BASIC_OBJECTIVES, Objective("load.p95_ms", (parse_criterion("<= +11%"),)))),
        Gate((*BASIC_OBJECTIVES, Objective("load.p95_ms", SLOWER, (parse_criterion("< 9"),)))),
        Gate((*BASIC_OBJECTIVES, Objective("load.p95_ms", SLOWER, pass_alternatives=(SLOWER,)))),
        Gate(
            (
                *BASIC_OBJECTIVES,
                Objective("load.p95_ms", SLOWER, baseline=BaselineKind.MERGE_BASE),
            )
        ),
        Gate((*PLAIN.objectives, *ratcheted(["tests.skipped"]))),
        Gate(PLAIN.objectives, Demands(("tests/*",))),
        Gate(PLAIN.objectives, Demands(skip_reasons=())),
        Gate(PLAIN.objectives, Demands(retries=1)),
        Gate(PLAIN.objectives, base="develop"),
        Gate(PLAIN.objectives, excused=(("t.py", "2026-12-31"),)),
    ],
)
def test_gates_that_differ_have_documents_that_differ(other: Gate) -> None:
    assert gate_document(other) != gate_document(PLAIN)


def test_absolute_criteria_name_no_baseline() -> None:
    objective = Objective("tests.failed", (parse_criterion("== 0"),), baseline=BaselineKind.STABLE)
    (written,) = gate_document(Gate((objective,)))["objectives"]

    assert written["baseline"] is None


def test_a_document_is_of_json() -> None:
    assert canonical_json(gate_document(PLAIN)).startswith('{"base":null,')
