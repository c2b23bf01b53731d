"""Where folders keep things, and where a check looks for them, is one place."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_pipeline.adapters.dsse import DsseVerifier
from pytest_pipeline.adapters.evidence_folder import EvidenceFolder
from pytest_pipeline.adapters.promotion_folder import PromotionFolder
from pytest_pipeline.domain.envelopes import Envelope, sha256_of
from pytest_pipeline.domain.evidence import Evidence
from pytest_pipeline.domain.promotion_statements import promotion_statement
from pytest_pipeline.domain.promotions import Promotion
from pytest_pipeline.domain.releases import Release
from pytest_pipeline.domain.revisions import Revision
from pytest_pipeline.domain.stage_statements import stage_statement
from pytest_pipeline.domain.verdicts import Verdict
from pytest_pipeline.engine.evidence_layout import (
    evidence_path,
    promotion_path,
    report_path,
    revision_path,
)

REVISION = Revision(None, dirty=True, files={"a.py": "0" * 64})


def files(folder: Path) -> set[str]:
    return {each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file()}


@pytest.mark.parametrize("stage", ["unit", "a/b", "..", "unité", "a b", ".hidden", "UNIT"])
@pytest.mark.parametrize("artifact", [None, "sha256:" + "a" * 64])
def test_evidence_stands_where_it_is_looked_for(
    tmp_path: Path, stage: str, artifact: str | None
) -> None:
    evidence = Evidence(
        stage, Verdict.PASS, REVISION.tree, None, artifact, "p", (), {}, {}, "3.11", {}, "e1",
        "2026-11-23T12:00:00Z", report=sha256_of("{}\n"),
    )  # fmt: skip
    envelope = Envelope(stage_statement(evidence, "orders").to_payload())
    EvidenceFolder(tmp_path, DsseVerifier()).add(envelope, REVISION, "{}\n")

    assert files(tmp_path) == {
        evidence_path(stage, REVISION.tree, artifact),
        report_path(sha256_of("{}\n")),
        revision_path(REVISION.tree),
    }


@pytest.mark.parametrize("environment", ["production", "eu/west", "..", "é"])
def test_promotions_stand_where_they_are_looked_for(tmp_path: Path, environment: str) -> None:
    promotion = Promotion(
        environment, 7, Release(7, "sha256:" + "a" * 64, {}), REVISION.tree, None, REVISION.dirty,
        "deploy", {}, (), None, "e1", "2026-11-23T12:00:00Z",
    )  # fmt: skip
    envelope = Envelope(promotion_statement(promotion, "orders").to_payload())
    PromotionFolder(tmp_path, DsseVerifier()).add(envelope)

    assert files(tmp_path) == {promotion_path(environment, 7)}
