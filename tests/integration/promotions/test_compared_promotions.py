"""No evidence counts as that of a first release where something was promoted before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_pipeline.domain.attested import AttestedEvidence
from pytest_pipeline.domain.criteria import parse_criterion
from pytest_pipeline.domain.envelopes import Envelope
from pytest_pipeline.domain.evidence import policy_digest
from pytest_pipeline.domain.gates import Gate, Objective, ObjectiveResult
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.verdicts import Verdict
from pytest_pipeline.engine.evidence_gate import demand_evidence
from pytest_pipeline.engine.execution import Execution, Interpreter
from pytest_pipeline.errors import EvidenceError
from tests.integration.promotions.project import COVERAGE, Project
from tests.integration.rollouts.place import NAME

RELATIVE = Gate((Objective(COVERAGE, (parse_criterion(">= base"),)),))


def test_the_gate_refuses_what_a_clone_without_promotions_judged(project: Project) -> None:
    project.release("c1")
    project.at("c2")
    project.place.clock.sleep(1)
    made = project.test().evidence
    result = ObjectiveResult(COVERAGE, 90.0, Verdict.WARN, "no-baseline: 90, nothing")
    judged = replace(made, results=(result,), environment=NAME, policy=policy_digest(RELATIVE))
    tree = judged.revision_tree
    project.found.kept["unit", tree, tree] = AttestedEvidence(
        judged, Envelope(judged.to_json().encode())
    )
    tools = project.tools()
    clock = tools.clock
    execution = Execution("e9", "deploy", tools, clock.now(), clock.utc(), Interpreter("3", {}))
    execution.revision = project.place.revision
    stage = Stage("unit", ("unit",), environment=NAME, gate=RELATIVE)

    with pytest.raises(EvidenceError, match="r1 was promoted to"):
        demand_evidence(execution, [stage], tree, wanted_by="deployment")
