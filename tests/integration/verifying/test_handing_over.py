"""Evidence goes from job to job in folders: all that is sound, or nothing."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from pytest_pipeline.adapters.evidence_files import DiskExport, DiskFolder, DiskMerging
from pytest_pipeline.domain.envelopes import Envelope, canonical_json, envelope_from_json
from pytest_pipeline.domain.handover_index import index_from, index_statement
from pytest_pipeline.domain.in_toto import statement_from_payload
from pytest_pipeline.engine.evidence_layout import OTHERS, evidence_path, revision_path
from pytest_pipeline.engine.handover_ports import Arrival
from pytest_pipeline.engine.importing import HandedOver, Imported, import_folders
from pytest_pipeline.errors import ConfigError, EvidenceError, StateError
from tests.integration.verifying.forging import shard
from tests.integration.verifying.sample import STAGES, Sample, revision_of, wanted_of
from tests.integration.verifying.signing import CI


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    sample = Sample(tmp_path / "orders").configure()
    sample.fill()
    return sample


@pytest.fixture
def clone(tmp_path: Path) -> Sample:
    """The same service in the clean clone of another job."""
    clone = Sample(tmp_path / "clone").configure()
    clone.state.mkdir()
    return clone


def taken_in(clone: Sample, *folders: Path) -> list[Imported]:
    return import_folders(
        [HandedOver(each, DiskFolder(each)) for each in folders],
        DiskFolder(clone.state, skipped=OTHERS),
        DiskMerging(clone.state),
        clone.believed,
    )


def content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_what_was_exported_comes_in_byte_by_byte(
    sample: Sample, clone: Sample, tmp_path: Path
) -> None:
    sample.export(tmp_path / "handover", wanted_of(*sample.newest()))
    (came,) = taken_in(clone, tmp_path / "handover")
    handed = content(tmp_path / "handover")
    del handed["index.json"], handed[".gitignore"]

    assert content(clone.state) == handed
    assert came.new == len(handed)
    assert clone.check(clone.state).verification.sound


def test_only_what_belongs_to_the_revision_goes_along(sample: Sample, tmp_path: Path) -> None:
    _, artifact = sample.newest()
    sample.export(tmp_path / "handover", wanted_of(*sample.newest()))
    handed = content(tmp_path / "handover")

    assert {path.split("/")[1] for path in handed if path.startswith("artifacts/")} == {
        artifact[7:]
    }
    assert sum(path.startswith("evidence/") for path in handed) == len(STAGES)
    assert sum(path.startswith("promotions/") for path in handed) == 2


def test_what_the_last_promotion_rests_on_goes_along(sample: Sample, tmp_path: Path) -> None:
    wanted = replace(wanted_of(*sample.newest()), stages=("e2e",))
    sample.export(tmp_path / "handover", wanted)
    handed = {path.split("/")[1] for path in content(tmp_path / "handover") if "evidence" in path}

    assert handed == {"unit", "component", "e2e"}
    assert sample.check(tmp_path / "handover").verification.sound


def test_what_was_judged_again_since_the_promotion_goes_along(
    sample: Sample, tmp_path: Path
) -> None:
    sample.tested("unit", *sample.newest(), "2026-11-23T12:30:00+00:00")
    wanted = replace(wanted_of(*sample.newest()), stages=("e2e",))
    sample.export(tmp_path / "handover", wanted)

    assert sample.check(tmp_path / "handover").verification.sound


def test_several_folders_come_in_together(sample: Sample, clone: Sample, tmp_path: Path) -> None:
    wanted = wanted_of(*sample.newest())
    for stage in ("integration", "e2e"):
        sample.export(tmp_path / stage, replace(wanted, stages=(stage,)))
    first, second = taken_in(clone, tmp_path / "integration", tmp_path / "e2e")

    assert {each.name for each in (clone.state / "evidence").iterdir()} == {
        "unit", "component", "integration", "e2e",
    }  # fmt: skip
    assert second.new == 2  # the evidence and the report of e2e: the rest had come already
    assert first.new > second.new


def test_two_contents_of_one_name_are_refused_naming_both(
    sample: Sample, clone: Sample, tmp_path: Path
) -> None:
    revision, artifact = sample.newest()
    wanted = replace(wanted_of(revision, artifact), stages=("e2e",))
    sample.tested("e2e", revision, artifact, "2026-11-23T12:30:00+00:00")
    sample.export(tmp_path / "one", wanted)
    sample.tested("e2e", revision, artifact, "2026-11-23T12:30:00+00:00", failed=1)
    sample.export(tmp_path / "other", wanted)

    with pytest.raises(EvidenceError) as caught:
        taken_in(clone, tmp_path / "one", tmp_path / "other")

    assert f"{tmp_path / 'one'}/evidence/e2e/" in str(caught.value)
    assert f"{tmp_path / 'other'}/evidence/e2e/" in str(caught.value)
    assert content(clone.state) == {}


@pytest.mark.parametrize("newer_first", [False, True])
def test_of_a_stage_that_ran_again_the_newer_evidence_counts(
    sample: Sample, clone: Sample, tmp_path: Path, *, newer_first: bool
) -> None:
    revision, artifact = sample.newest()
    wanted = replace(wanted_of(revision, artifact), stages=("e2e",))
    sample.export(tmp_path / "older", wanted)
    sample.tested("e2e", revision, artifact, "2026-11-23T12:30:00+00:00", failed=1)
    sample.export(tmp_path / "newer", wanted)
    for name in ("newer", "older") if newer_first else ("older", "newer"):
        taken_in(clone, tmp_path / name)
    path = evidence_path("e2e", revision.tree, artifact)

    assert content(clone.state)[path] == content(sample.state)[path]


@pytest.mark.parametrize("newer_first", [False, True])
def test_of_a_shard_that_ran_again_the_newer_statement_counts(
    sample: Sample, clone: Sample, tmp_path: Path, *, newer_first: bool
) -> None:
    revision, artifact = sample.newest()
    shard(sample, 1)
    sample.export(tmp_path / "older", wanted_of(revision, artifact))
    shard(sample, 1, created="2026-11-23T12:30:00+00:00")
    sample.export(tmp_path / "newer", wanted_of(revision, artifact))
    for name in ("newer", "older") if newer_first else ("older", "newer"):
        taken_in(clone, tmp_path / name)
    (path,) = (each for each in content(sample.state) if each.startswith("shards/"))

    assert content(clone.state)[path] == content(sample.state)[path]


def test_durations_are_no_evidence_and_those_of_the_folder_named_last_are_kept(
    sample: Sample, clone: Sample, tmp_path: Path
) -> None:
    for name, duration_s in (("one", 1.5), ("other", 2.5)):
        sample.write("durations/unit.json", f'{{"a": {duration_s}}}')
        sample.export(tmp_path / name, wanted_of(*sample.newest()))
    clone.write("durations/unit.json", '{"a": 9}')
    taken_in(clone, tmp_path / "one", tmp_path / "other")

    assert content(clone.state)["durations/unit.json"] == b'{"a": 2.5}'


def test_a_revision_with_other_words_on_it_is_the_same_and_the_last_one_s_are_kept(
    sample: Sample, clone: Sample, tmp_path: Path
) -> None:
    revision, _ = sample.newest()
    path = revision_path(revision.tree)
    sample.export(tmp_path / "one", wanted_of(*sample.newest()))
    other = {"commit": "f" * 40, "dirty": True, "files": dict(revision.files)}
    sample.write(path, canonical_json(other))
    sample.export(tmp_path / "other", wanted_of(*sample.newest()))
    taken_in(clone, tmp_path / "one", tmp_path / "other")

    assert json.loads(content(clone.state)[path])["commit"] == "f" * 40


def test_what_is_here_otherwise_is_not_replaced(
    sample: Sample, clone: Sample, tmp_path: Path
) -> None:
    revision, artifact = sample.newest()
    sample.export(tmp_path / "handover", wanted_of(revision, artifact))
    clone.tested("e2e", revision, artifact, failed=1)
    before = content(clone.state)

    with pytest.raises(EvidenceError, match=r"\.pipeline/evidence/e2e/.* different contents"):
        taken_in(clone, tmp_path / "handover")

    assert content(clone.state) == before


def test_what_is_here_already_is_no_conflict(sample: Sample, clone: Sample, tmp_path: Path) -> None:
    sample.export(tmp_path / "handover", wanted_of(*sample.newest()))
    taken_in(clone, tmp_path / "handover")
    before = content(clone.state)
    (again,) = taken_in(clone, tmp_path / "handover")

    assert again.new == 0
    assert content(clone.state) == before


def test_a_folder_that_was_altered_brings_nothing(
    sample: Sample, clone: Sample, tmp_path: Path
) -> None:
    sample.export(tmp_path / "handover", wanted_of(*sample.newest()))
    next((tmp_path / "handover" / "reports").iterdir()).write_text("{}\n")

    with pytest.raises(EvidenceError, match="nothing was imported"):
        taken_in(clone, tmp_path / "handover")

    assert content(clone.state) == {}


def test_the_folder_of_another_service_is_refused(
    sample: Sample, clone: Sample, tmp_path: Path
) -> None:
    sample.export(tmp_path / "handover", wanted_of(*sample.newest()))
    text = (clone.root / "pipeline.toml").read_text().replace('"orders"', '"invoices"')
    (clone.root / "pipeline.toml").write_text(text)

    with pytest.raises(EvidenceError) as caught:
        taken_in(clone, tmp_path / "handover")

    assert "is of service 'orders', wanted 'invoices'" in str(caught.value)
    assert 'called after its folder: if it is the same, say name = "orders"' in str(caught.value)


def test_an_export_that_was_not_completed_is_refused(
    sample: Sample, clone: Sample, tmp_path: Path
) -> None:
    sample.export(tmp_path / "handover", wanted_of(*sample.newest()))
    (tmp_path / "handover" / "index.json").unlink()

    with pytest.raises(EvidenceError, match="the export was not completed"):
        taken_in(clone, tmp_path / "handover")


def test_an_index_that_leads_out_of_the_folder_writes_nothing_there(
    sample: Sample, clone: Sample, tmp_path: Path
) -> None:
    folder = tmp_path / "handover"
    sample.export(folder, wanted_of(*sample.newest()))
    envelope = envelope_from_json((folder / "index.json").read_text())
    index = index_from(statement_from_payload(envelope.payload))
    files = {**index.files, "../outside.json": next(iter(index.files.values()))}
    made = Envelope(index_statement(replace(index, files=files)).to_payload())
    (folder / "index.json").write_text(CI.sign(made).to_json())

    with pytest.raises(EvidenceError, match=r"\.\./outside\.json: is in the index and not in"):
        taken_in(clone, folder)

    assert not (tmp_path / "outside.json").exists()


def test_nothing_is_written_through_a_link_in_the_state_folder(
    sample: Sample, clone: Sample, tmp_path: Path
) -> None:
    sample.export(tmp_path / "handover", wanted_of(*sample.newest()))
    (tmp_path / "elsewhere").mkdir()
    (clone.state / "evidence").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(EvidenceError, match=r"\.pipeline/evidence is no regular file"):
        taken_in(clone, tmp_path / "handover")

    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_an_import_that_fails_on_the_way_takes_back_what_it_took_in(
    sample: Sample, clone: Sample
) -> None:
    view = DiskFolder(sample.state, skipped=OTHERS)
    arrivals = [Arrival(each, sample.state) for each in view.entries()]
    last = clone.state / arrivals[-1].entry.path
    last.parent.mkdir(parents=True)
    last.write_text("{}")

    with pytest.raises(EvidenceError, match="was written meanwhile"):
        DiskMerging(clone.state).take(arrivals)

    assert content(clone.state) == {arrivals[-1].entry.path: b"{}"}


def test_a_file_that_changes_after_it_was_checked_is_not_taken_in(
    sample: Sample, clone: Sample
) -> None:
    arrivals = [Arrival(each, sample.state) for each in DiskFolder(sample.state).entries()]
    (sample.state / arrivals[-1].entry.path).write_text("{}")

    with pytest.raises(EvidenceError, match="was changed while it was read"):
        DiskMerging(clone.state).take(arrivals)

    assert content(clone.state) == {}


def test_what_a_killed_import_left_is_swept_by_the_next(
    sample: Sample, clone: Sample, tmp_path: Path
) -> None:
    sample.export(tmp_path / "handover", wanted_of(*sample.newest()))
    (clone.state / ".importing-killed").mkdir()
    (clone.state / ".importing-killed" / "half.json").write_text("{")
    taken_in(clone, tmp_path / "handover")

    assert not (clone.state / ".importing-killed").exists()
    assert clone.check(clone.state).verification.sound


def test_a_folder_with_something_in_it_is_not_written(sample: Sample, tmp_path: Path) -> None:
    (tmp_path / "handover").mkdir()
    (tmp_path / "handover" / "notes.txt").touch()

    with pytest.raises(ConfigError, match="is not empty"):
        sample.export(tmp_path / "handover", wanted_of(*sample.newest()))


def test_without_evidence_of_the_revision_there_is_nothing_to_hand_over(
    sample: Sample, tmp_path: Path
) -> None:
    _, artifact = sample.newest()

    with pytest.raises(EvidenceError, match="no evidence of revision"):
        sample.export(tmp_path / "handover", wanted_of(revision_of(3), artifact))

    assert not (tmp_path / "handover").exists()


def test_what_is_not_sound_is_not_handed_over(sample: Sample, tmp_path: Path) -> None:
    shutil.rmtree(sample.state / "reports")

    with pytest.raises(EvidenceError, match="not sound"):
        sample.export(tmp_path / "handover", wanted_of(*sample.newest()))


def test_a_folder_that_cannot_be_written_is_named(sample: Sample, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StateError, match="cannot write"):
        DiskExport(sample.state, tmp_path / "file" / "below").prepare()


def test_modes_and_times_do_not_matter(sample: Sample, clone: Sample, tmp_path: Path) -> None:
    folder = tmp_path / "handover"
    sample.export(folder, wanted_of(*sample.newest()))
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(0o600)
    (folder / ".gitignore").unlink()
    taken_in(clone, folder)

    assert clone.check(clone.state).verification.sound


HALF_WRITTEN = (
    "promotions/staging/.writing-ab12", "evidence/unit/.writing-ab12", "shards/.writing-ab12",
    ".importing-ab12/evidence/unit/x.json",
)  # fmt: skip


def test_what_was_half_written_in_the_state_folder_is_not_looked_at(
    sample: Sample, tmp_path: Path
) -> None:
    for path in HALF_WRITTEN:
        sample.write(path, "{")
    sample.export(tmp_path / "handover", wanted_of(*sample.newest()))

    assert sample.check(sample.state).verification.sound
    assert sample.check(tmp_path / "handover").verification.sound
    assert not list((tmp_path / "handover").rglob(".writing-*"))


def test_in_an_artifact_nothing_is_half_written(sample: Sample) -> None:
    _, artifact = sample.newest()
    sample.write(f"artifacts/{artifact[7:]}/files/.writing-ab12", "{")

    assert not sample.check(sample.state).verification.sound


def test_what_was_handed_over_half_written_is_refused(sample: Sample, tmp_path: Path) -> None:
    sample.export(tmp_path / "handover", wanted_of(*sample.newest()))
    (tmp_path / "handover" / "evidence" / "unit" / ".writing-ab12").write_text("{")

    assert not sample.check(tmp_path / "handover").verification.sound


def test_an_import_sweeps_what_was_left_and_spares_what_is_being_written(
    sample: Sample, clone: Sample, tmp_path: Path
) -> None:
    sample.export(tmp_path / "handover", wanted_of(*sample.newest()))
    clone.write("evidence/unit/.writing-left", "{")
    os.utime(clone.state / "evidence/unit/.writing-left", (0, 0))
    clone.write("evidence/unit/.writing-now", "{")
    taken_in(clone, tmp_path / "handover")

    left = [each.name for each in clone.state.rglob(".writing-*")]
    assert left == [".writing-now"]
