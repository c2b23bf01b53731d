from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from pytest_pipeline.adapters.evidence_folder import EvidenceFolder
from pytest_pipeline.domain.attested import AttestedEvidence
from pytest_pipeline.domain.evidence import Evidence
from pytest_pipeline.domain.evidence_checks import Refusal, RequiredEvidence
from pytest_pipeline.domain.gates import ObjectiveResult
from pytest_pipeline.domain.revisions import Revision
from pytest_pipeline.domain.verdicts import Verdict
from pytest_pipeline.engine.evidence_store import check_evidence
from pytest_pipeline.errors import EvidenceError, StateError
from tests.statements import envelope_of

REVISION = Revision("c" * 40, dirty=False, files={"app.py": "1" * 64})
EDITED = Revision("c" * 40, dirty=True, files={"app.py": "2" * 64})
ARTIFACT = "sha256:" + "a" * 64
UNIT = RequiredEvidence("unit", "sha256:policy")


def evidence(revision: Revision = REVISION, *, created: str = "2026-01-31T12:00:00Z") -> Evidence:
    return Evidence(
        stage="unit",
        verdict=Verdict.WARN,
        revision_tree=revision.tree,
        commit=revision.commit,
        artifact=ARTIFACT,
        policy="sha256:policy",
        results=(ObjectiveResult("tests.failed", None, Verdict.WARN, "why"),),
        measurements={"tests.failed": 0.0},
        resources={"database": "embedded 18.6"},
        interpreter="3.11.9",
        distributions={"pytest": "9.2.0"},
        execution="e1",
        created=created,
    )


def claimed(found: AttestedEvidence | None) -> Evidence | None:
    return None if found is None else found.evidence


@pytest.fixture
def store(tmp_path: Path) -> EvidenceFolder:
    return EvidenceFolder(tmp_path / "state")


def only_file(store: Path) -> Path:
    (path,) = (store / "evidence").rglob("*.json")
    return path


def test_evidence_comes_back_as_it_was(store: EvidenceFolder) -> None:
    store.add(envelope_of(evidence()), REVISION)

    assert claimed(store.find("unit", REVISION.tree, ARTIFACT)) == evidence()
    assert claimed(store.latest("unit")) == evidence()
    assert store.revision_files(REVISION.tree) == REVISION.files


def test_evidence_is_found_only_by_what_it_is_bound_to(store: EvidenceFolder) -> None:
    store.add(envelope_of(evidence()), REVISION)

    assert store.find("component", REVISION.tree, ARTIFACT) is None
    assert store.find("unit", EDITED.tree, ARTIFACT) is None
    assert store.find("unit", REVISION.tree, None) is None
    assert store.find("unit", REVISION.tree, "sha256:" + "a" * 16 + "b" * 48) is None


def test_a_renamed_file_is_not_taken_for_other_evidence(
    store: EvidenceFolder, tmp_path: Path
) -> None:
    store.add(envelope_of(evidence()), REVISION)
    path = only_file(tmp_path / "state")
    shutil.copytree(path.parent, path.parent.parent / "component")

    with pytest.raises(EvidenceError, match=r"component/.* holds evidence of stage unit"):
        store.find("component", REVISION.tree, ARTIFACT)
    with pytest.raises(EvidenceError, match=r"component/.* holds evidence of stage unit"):
        store.every("component")


@pytest.mark.parametrize(
    ("newer", "older"), [pytest.param(EDITED, REVISION), pytest.param(REVISION, EDITED)]
)
def test_the_newest_evidence_is_told_by_its_own_word(
    store: EvidenceFolder, newer: Revision, older: Revision
) -> None:
    store.add(envelope_of(evidence(newer, created="2026-02-01T00:00:00Z")), newer)
    store.add(envelope_of(evidence(older, created="2026-01-01T00:00:00Z")), older)
    latest = store.latest("unit")

    assert latest is not None
    assert latest.evidence.revision_tree == newer.tree


def test_a_second_run_replaces_the_evidence_of_the_first(store: EvidenceFolder) -> None:
    store.add(envelope_of(evidence()), REVISION)
    failed = replace(evidence(), verdict=Verdict.FAIL)
    store.add(envelope_of(failed), REVISION)

    assert claimed(store.find("unit", REVISION.tree, ARTIFACT)) == failed


def test_evidence_without_artifact_is_kept_apart(store: EvidenceFolder) -> None:
    store.add(envelope_of(evidence()), REVISION)
    store.add(envelope_of(replace(evidence(), artifact=None)), REVISION)

    assert claimed(store.find("unit", REVISION.tree, ARTIFACT)) == evidence()
    assert claimed(store.find("unit", REVISION.tree, None)) == replace(evidence(), artifact=None)


@pytest.mark.parametrize("stage", ["..", "a/b", "smoke test", "évidence"])
def test_a_stages_name_does_not_lead_out_of_the_folder(
    store: EvidenceFolder, tmp_path: Path, stage: str
) -> None:
    store.add(envelope_of(replace(evidence(), stage=stage)), REVISION)

    assert only_file(tmp_path / "state").parent.parent == tmp_path / "state" / "evidence"
    assert claimed(store.latest(stage)) == replace(evidence(), stage=stage)


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"verdict": "GREEN"}'])
def test_evidence_that_cannot_be_read_is_refused(
    store: EvidenceFolder, tmp_path: Path, text: str
) -> None:
    store.add(envelope_of(evidence()), REVISION)
    only_file(tmp_path / "state").write_text(text)

    with pytest.raises(EvidenceError, match=r"cannot read the evidence /.*run its stage again"):
        store.find("unit", REVISION.tree, ARTIFACT)
    with pytest.raises(EvidenceError, match="cannot read the evidence"):
        store.latest("unit")


def test_files_that_are_not_the_revisions_are_not_believed(
    store: EvidenceFolder, tmp_path: Path
) -> None:
    store.add(envelope_of(evidence()), REVISION)
    (path,) = (tmp_path / "state" / "revisions").iterdir()
    path.write_text(json.dumps({"files": EDITED.files}))

    assert store.revision_files(REVISION.tree) is None
    assert store.revision_files(EDITED.tree) is None


def test_evidence_of_another_revision_is_not_stored(store: EvidenceFolder) -> None:
    with pytest.raises(ValueError, match="was given with the files of"):
        store.add(envelope_of(evidence()), EDITED)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(StateError, match=r"cannot write .*writable"):
        EvidenceFolder(tmp_path / "file").add(envelope_of(evidence()), REVISION)


def test_nothing_but_whole_files_is_left(store: EvidenceFolder, tmp_path: Path) -> None:
    store.add(envelope_of(evidence()), REVISION)

    assert [path.name for path in (tmp_path / "state").rglob(".*")] == []
    assert oct(only_file(tmp_path / "state").stat().st_mode)[-3:] == "644"


def test_another_job_that_got_the_folder_learns_what_changed(
    store: EvidenceFolder, tmp_path: Path
) -> None:
    store.add(envelope_of(evidence()), REVISION)
    shutil.copytree(tmp_path / "state", tmp_path / "job", copy_function=shutil.copyfile)
    received = EvidenceFolder(tmp_path / "job")

    assert check_evidence(received, [UNIT], REVISION, ARTIFACT) == ()
    (problem,) = check_evidence(received, [UNIT], EDITED, ARTIFACT, path="svc")
    assert problem.refusal is Refusal.STALE
    assert str(problem) == (
        "stage unit was tested on another revision (changed: app.py): "
        "run pytest --pipeline-stage=unit svc"
    )
