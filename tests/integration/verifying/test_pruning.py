"""Evidence of revisions long gone is deleted, and nothing that anybody may still need."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_pipeline.adapters.dsse import DsseVerifier
from pytest_pipeline.adapters.evidence_files import DiskFolder, DiskPruning
from pytest_pipeline.engine.evidence_layout import OTHERS, evidence_path, revision_path
from pytest_pipeline.engine.pruning import Pruned, find_prunable
from pytest_pipeline.errors import EvidenceError
from tests.integration.verifying.sample import NOW, STAGES, Sample, revision_of

#: A day after all that the sample holds was made.
_LATER = NOW.replace("-23T", "-24T")
_HOUR_S = 3600.0
_LONG_AGO = NOW.replace("2026", "2025")


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    """A service with two promotions, and a revision before them that was tested alone."""
    sample = Sample(tmp_path / "orders").configure()
    gone = revision_of(3)
    for stage in STAGES:
        sample.tested(stage, gone, "sha256:" + "c" * 64, _LONG_AGO, failed=1)
    sample.fill()
    return sample


def files(sample: Sample) -> set[str]:
    return {
        path.relative_to(sample.state).as_posix()
        for path in sample.state.rglob("*")
        if path.is_file()
    }


def prunable(sample: Sample, keep_s: float = _HOUR_S) -> Pruned:
    return find_prunable(DiskFolder(sample.state, skipped=OTHERS), DsseVerifier(), _LATER, keep_s)


def test_old_evidence_goes_with_its_reports_and_the_files_of_its_revision(sample: Sample) -> None:
    before = files(sample)
    found = prunable(sample)
    DiskPruning(sample.state).delete(found.paths)
    gone, tree = before - files(sample), revision_of(3).tree

    assert gone == set(found.paths)
    assert {each for each in gone if each.startswith("evidence/")} == {
        evidence_path(stage, tree, "sha256:" + "c" * 64) for stage in STAGES
    }
    assert {each.split("/")[0] for each in gone} == {"evidence", "reports", "revisions"}
    assert revision_path(tree) in gone
    assert found.size_bytes > 0
    assert sample.check(sample.state).verification.sound


def test_statements_go_before_what_they_refer_to(sample: Sample) -> None:
    parts = [each.split("/")[0] for each in prunable(sample).paths]

    assert parts == sorted(parts, key=["evidence", "reports", "revisions"].index)


def test_what_is_younger_stays(sample: Sample) -> None:
    assert prunable(sample, 10_000 * 24 * _HOUR_S).paths == ()


def test_the_newest_evidence_of_a_stage_stays_though_nothing_was_promoted(tmp_path: Path) -> None:
    sample = Sample(tmp_path / "orders").configure()
    sample.tested("unit", revision_of(1), "sha256:" + "a" * 64, _LONG_AGO)
    sample.tested("unit", revision_of(2), "sha256:" + "a" * 64, _LONG_AGO.replace("T12", "T13"))
    found = prunable(sample).paths

    assert found == (
        evidence_path("unit", revision_of(1).tree, "sha256:" + "a" * 64),
        revision_path(revision_of(1).tree),
    )  # the report of both is the same, and stays


def test_where_a_promotion_cannot_be_read_nothing_is_deleted(sample: Sample) -> None:
    sample.write("promotions/staging/000002.json", "{}")

    with pytest.raises(EvidenceError, match="nothing was deleted"):
        prunable(sample)
