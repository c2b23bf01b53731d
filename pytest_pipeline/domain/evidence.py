"""Evidence: the record of a stage's verdict, bound to what was tested."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, astuple, dataclass

from pytest_pipeline.domain.demands import Demands
from pytest_pipeline.domain.gates import Gate, ObjectiveResult
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
                str(each["measure"]), each["value"], Verdict(each["verdict"]), str(each["reason"])
            )
            for each in data["results"]
        )
        return Evidence(**data)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not evidence of a stage: {error!r}") from error


def policy_digest(gate: Gate) -> str:
    """Return the digest of what a gate demands, ``sha256:…``."""
    written: list[object] = [
        [
            objective.measure,
            [str(criterion) for criterion in objective.pass_criteria],
            [str(criterion) for criterion in objective.warn_criteria],
        ]
        for objective in gate.objectives
    ]
    if gate.demands != Demands():
        written.append([each if each is not None else "any" for each in astuple(gate.demands)])
    text = json.dumps(written, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
