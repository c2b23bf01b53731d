"""Evidence: the record of a stage's verdict, bound to what was tested."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, field
from typing import Any

from pytest_pipeline.domain.demands import Demands
from pytest_pipeline.domain.gates import CriteriaSet, Gate, Objective, ObjectiveResult
from pytest_pipeline.domain.verdicts import Verdict


@dataclass(frozen=True)
class Evidence:
    """What a stage came to.

    Attributes:
        stage: Name of the stage.
        verdict: Its gate's verdict.
        revision_tree: Digest of the revision's tree.
        commit: Commit id; None outside a git work tree.
        artifact: Digest of the artifact; None for a service that builds none.
        policy: Digest of the gate's policy (``policy_digest``).
        results: The gate's objectives, judged.
        measurements: All measured values by measure.
        resources: Resource name to provider and version, such as ``container 15.4``.
        interpreter: Version of the Python that ran the tests.
        distributions: Installed distributions, name to version.
        execution: Identifier of the execution.
        created: When, ISO 8601 in UTC.
        dirty: Whether the revision differed from its commit; what does not say so is taken to.
        left_out: What the stage covers less than it should, in words; figures of a part are no
            baseline.
        registered: Unit and meaning of the measures that tests and plugins brought, by measure.
        gate: The gate as it was demanded, JSON values (`gate_documents.gate_document`).
        report: Digest of the report, ``sha256:…``: what every test and attempt came to; None where
            none was kept.
        images: Resource name to the digest of its container image; others have none.
        passed: Ids of the tests that passed.
        warned: Ids of the tests that passed with a doubt: flaky, or excused by the quarantine.
        failed: Ids of the tests that failed.
        environment: Name of the environment that the tests ran against; empty for none.
        parts: Digests of the statements of the shards that it was joined from, in order; empty
            for a stage that ran in one job.
        conditions: Under which conditions its load tests measured, by the id of the test; see
            `domain.load_conditions`.
    """

    stage: str
    verdict: Verdict
    revision_tree: str
    commit: str | None
    artifact: str | None
    policy: str
    results: tuple[ObjectiveResult, ...]
    measurements: Mapping[str, float]
    resources: Mapping[str, str]
    interpreter: str
    distributions: Mapping[str, str]
    execution: str
    created: str
    dirty: bool = True
    left_out: tuple[str, ...] = ()
    registered: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    gate: Mapping[str, Any] = field(default_factory=dict)
    report: str | None = None
    images: Mapping[str, str] = field(default_factory=dict)
    passed: tuple[str, ...] = ()
    warned: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    environment: str = ""
    parts: tuple[str, ...] = ()
    conditions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def to_json(self) -> str:
        """Return the evidence as indented JSON."""
        return json.dumps(asdict(self), indent=2, sort_keys=True) + "\n"


def evidence_from_json(text: str) -> Evidence:
    """Read evidence.

    Raises:
        ValueError: If the text is not evidence.
    """
    try:
        data = json.loads(text)
        data["verdict"] = Verdict(data["verdict"])
        data["results"] = tuple(
            ObjectiveResult(
                str(each["measure"]),
                each["value"],
                Verdict(each["verdict"]),
                str(each["reason"]),
                each.get("baseline"),
            )
            for each in data["results"]
        )
        data["left_out"] = tuple(data.get("left_out", ()))
        for names in ("passed", "warned", "failed", "parts"):
            data[names] = tuple(map(str, data.get(names, ())))
        data["registered"] = {
            name: (str(unit), str(meaning))
            for name, (unit, meaning) in data.get("registered", {}).items()
        }
        return Evidence(**data)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not evidence of a stage: {error!r}") from error


def policy_digest(gate: Gate) -> str:
    """Return the digest of what a gate demands, ``sha256:…``: whoever loosens it changes it."""
    written: list[object] = [_written(objective) for objective in gate.objectives]
    if gate.demands != Demands():
        written.append([each if each is not None else "any" for each in astuple(gate.demands)])
    if gate.base is not None:
        written.append({"source.base": gate.base})
    if gate.excused:
        written.append({"quarantine": gate.excused})
    if gate.side_by_side is not None:
        written.append({"side_by_side": asdict(gate.side_by_side)})
    text = json.dumps(written, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def _written(objective: Objective) -> list[object]:
    """Return what an objective demands; what is not used is not written, as before there was it."""
    further = {
        "pass": _sets(objective.pass_alternatives),
        "warn": _sets(objective.warn_alternatives),
        "baseline": objective.compared_with if objective.baseline else None,
    }
    used = {key: value for key, value in further.items() if value}
    plain: list[object] = [
        objective.measure,
        [str(criterion) for criterion in objective.pass_criteria],
        [str(criterion) for criterion in objective.warn_criteria],
    ]
    return [*plain, used] if used else plain


def _sets(sets: Sequence[CriteriaSet]) -> list[list[str]]:
    return [[str(criterion) for criterion in criteria] for criteria in sets]
