"""Forges files of a state folder, as somebody who can write it, or even sign."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

from pytest_pipeline.domain.envelopes import Envelope, envelope_from_json, sha256_of
from pytest_pipeline.domain.in_toto import statement_from_payload
from pytest_pipeline.domain.policy_approvals import Approval, approval_statement
from pytest_pipeline.domain.promotion_statements import promotion_from, promotion_statement
from pytest_pipeline.domain.shard_statements import CutClaim, ShardRun, shard_statement
from pytest_pipeline.domain.shards import Shard
from pytest_pipeline.domain.stage_statements import evidence_from, stage_statement
from pytest_pipeline.domain.verdicts import Verdict
from pytest_pipeline.engine.evidence_layout import approval_path, shard_path
from tests.integration.verifying.sample import Sample
from tests.integration.verifying.signing import CI, STRANGER, Key


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


def verdict_above_its_objectives(sample: Sample) -> None:
    envelope = envelope_from_json(unit(sample).read_text())
    evidence = evidence_from(statement_from_payload(envelope.payload))
    worse = tuple(replace(each, verdict=Verdict.FAIL) for each in evidence.results)
    rewritten(unit(sample), results=worse)


def tests_that_the_report_does_not_have(sample: Sample) -> None:
    envelope = envelope_from_json(unit(sample).read_text())
    evidence = evidence_from(statement_from_payload(envelope.payload))
    rewritten(unit(sample), measurements={**evidence.measurements, "tests.skipped": 7.0})


def report_of_another_stage(sample: Sample) -> None:
    other = next((sample.state / "evidence" / "e2e").iterdir())
    evidence = evidence_from(statement_from_payload(envelope_from_json(other.read_text()).payload))
    rewritten(unit(sample), report=evidence.report)


def signed_twice(sample: Sample) -> None:
    envelope = envelope_from_json(unit(sample).read_text())
    twice = replace(envelope, signatures=envelope.signatures * 2)
    unit(sample).write_text(twice.to_json())


def shard(
    sample: Sample,
    number: int,
    *,
    at: int | None = None,
    created: str = "2026-11-23T12:00:00+00:00",
) -> None:
    """Write a shard of stage unit, under its own name or that of another one."""
    revision, artifact = sample.newest()
    report = next((sample.state / "reports").iterdir())
    stage = str(json.loads(report.read_text())["stage"])
    run = ShardRun(
        stage=stage, shard=Shard(number, 3), cut=CutClaim("f", "l", 3), commit=None, dirty=True,
        revision_tree=revision.tree, artifact=artifact, policy="p", tests="t", recorded=(),
        report=sha256_of(report.read_bytes()), resources={}, interpreter="3.11", distributions={},
        execution="e1", created=created,
    )  # fmt: skip
    path = shard_path(stage, revision.tree, artifact, (at or number, 3))
    sample.write(path, CI.sign(Envelope(shard_statement(run).to_payload())).to_json())


def approval(sample: Sample, name: str = "", key: Key = STRANGER, last: int = 2) -> None:
    """Approve something after a promotion."""
    after = envelope_from_json(promotion(sample, last).read_text()).digest
    approval = Approval(
        "staging", "sha256:1", "sha256:2", "a reason", "who", "2026-11-23T12:00:00Z",
        after=after, service="orders",
    )  # fmt: skip
    envelope = key.sign(Envelope(approval_statement(approval).to_payload()))
    path = approval_path("staging", envelope.digest)
    sample.write(f"approvals/staging/{name}" if name else path, envelope.to_json())


def alter(path: Path) -> None:
    path.chmod(0o644)
    path.write_text("#!/bin/sh\n")


def pipe(path: Path) -> None:
    os.mkfifo(path)
