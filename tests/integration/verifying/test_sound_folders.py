"""What was written as it is written here, is sound."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_pipeline.engine.sufficing import evidence_that_counts, shortfalls
from tests.integration.verifying.sample import STAGES, Sample, wanted_of


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    return Sample(tmp_path / "orders").configure()


def test_a_state_folder_that_was_written_by_jobs_is_sound(sample: Sample) -> None:
    revision, _ = sample.fill()

    checked = sample.check(sample.state)

    assert checked.verification.problems == ()
    assert not checked.verification.unsigned
    assert {each.signed_by for each in checked.verification.rows} == {("ci",)}
    assert shortfalls(checked, sample.demanding(revision)) == ()
    assert len(evidence_that_counts(checked, sample.demanding(revision))) == len(STAGES)


def test_what_is_exported_is_sound(sample: Sample, tmp_path: Path) -> None:
    revision, artifact = sample.fill()

    exported = sample.export(tmp_path / "handover", wanted_of(revision, artifact))
    checked = sample.check(tmp_path / "handover")

    assert exported.signed
    assert checked.verification.problems == ()
    assert checked.index is not None
    assert checked.index.artifact == artifact
    assert shortfalls(checked, sample.demanding(revision)) == ()
