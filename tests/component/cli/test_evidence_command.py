"""`evidence export` and `evidence import`, from one clone of a service to another."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pytest_pipeline.cli.main import main
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.engine.evidence_layout import evidence_path
from tests.integration.verifying.sample import STAGES, Sample, revision_of
from tests.integration.verifying.signing import CI


@pytest.fixture(autouse=True)
def _on_a_laptop(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CI", "PYTEST_PIPELINE_KEY", "PYTEST_PIPELINE_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    sample = Sample(tmp_path / "orders", signer=None).configure()
    sample.fill_now()
    return sample


@pytest.fixture
def clone(sample: Sample, tmp_path: Path) -> Sample:
    """A clean clone of the same revision."""
    shutil.copytree(sample.root, tmp_path / "clone", ignore=shutil.ignore_patterns(".pipeline"))
    return Sample(tmp_path / "clone", signer=None)


def run(sample: Sample, *arguments: object) -> int:
    return main(["--root", str(sample.root), *map(str, arguments)])


def test_what_one_job_exports_another_imports_and_has(
    sample: Sample, clone: Sample, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exported = run(sample, "evidence", "export", tmp_path / "handover")
    said = capsys.readouterr().out
    verified = run(clone, "verify", tmp_path / "handover", "--for", "production")
    imported = run(clone, "evidence", "import", tmp_path / "handover")
    suffices = run(clone, "verify", "--for", "production")

    assert (exported, verified, imported, suffices) == (ExitCode.OK,) * 4
    assert "UNSIGNED: nobody signed its index" in said
    assert all(f"{stage} PASS" in said for stage in STAGES)


def test_a_job_with_a_key_signs_the_index(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sample = Sample(tmp_path / "orders").configure()
    sample.fill_now()
    unsigned = run(sample, "evidence", "export", tmp_path / "unsigned")
    monkeypatch.setenv("PYTEST_PIPELINE_KEY", CI.pem)
    signed = run(sample, "evidence", "export", tmp_path / "signed")
    said = capsys.readouterr().out

    assert (unsigned, signed) == (ExitCode.OK, ExitCode.OK)
    assert "its index is signed" in said
    assert run(sample, "verify", tmp_path / "signed") == ExitCode.OK
    assert run(sample, "verify", tmp_path / "unsigned") == ExitCode.EVIDENCE_REFUSED


def test_stages_and_artifacts_can_be_left_out(sample: Sample, tmp_path: Path) -> None:
    folder = tmp_path / "handover"
    run(sample, "evidence", "export", folder, "--no-artifacts", "--stages", "unit", "e2e")

    assert {each.name for each in (folder / "evidence").iterdir()} == {"unit", "e2e"}
    assert not (folder / "artifacts").exists()


def test_an_environment_says_which_stages_go_along(sample: Sample, tmp_path: Path) -> None:
    run(sample, "evidence", "export", tmp_path / "handover", "--for", "staging")

    assert {each.name for each in (tmp_path / "handover" / "evidence").iterdir()} == {
        "unit", "component",
    }  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        ["--for", "moon"],
        ["--stages", "smoke"],
        ["--for", "staging", "--stages", "unit"],
    ],
)
def test_what_is_not_configured_is_asked_wrongly(
    sample: Sample, tmp_path: Path, wrong: list[str]
) -> None:
    assert run(sample, "evidence", "export", tmp_path / "out", *wrong) == ExitCode.USAGE_ERROR


def test_a_state_folder_is_no_folder_to_hand_over(sample: Sample) -> None:
    within = sample.state / "evidence" / "handover"

    assert run(sample, "evidence", "export", within) == ExitCode.USAGE_ERROR
    assert run(sample, "evidence", "import", sample.state) == ExitCode.USAGE_ERROR


def test_unsigned_folders_of_others_are_refused_in_ci(
    sample: Sample, clone: Sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    run(sample, "evidence", "export", tmp_path / "handover")
    monkeypatch.setenv("CI", "true")
    ended = run(clone, "evidence", "import", tmp_path / "handover")

    assert ended == ExitCode.EVIDENCE_REFUSED
    assert "is not signed: anybody can have written it" in capsys.readouterr().err
    assert not (clone.state / "evidence").exists()


def test_a_folder_in_the_service_root_that_git_may_see_is_pointed_out(
    sample: Sample, clone: Sample, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = clone.root / "handover"
    run(sample, "evidence", "export", folder)
    (folder / ".gitignore").unlink()
    ended = run(clone, "evidence", "import", folder)

    assert ended == ExitCode.OK
    assert "lies in the service root and counts to the revision" in capsys.readouterr().out


@pytest.mark.parametrize("place", ["handover/unit", "kept/production"])
def test_handovers_may_lie_in_the_state_folder_where_they_count_to_nothing(
    sample: Sample, clone: Sample, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    folder = clone.state / place
    exported = run(sample, "evidence", "export", folder)
    (folder / ".gitignore").unlink()
    imported = run(clone, "evidence", "import", folder)
    again = run(clone, "evidence", "export", clone.state / "handover" / "e2e")
    verified = run(clone, "verify", "--for", "production")

    assert (exported, imported, again, verified) == (ExitCode.OK,) * 4
    assert "counts to the revision" not in capsys.readouterr().out


def test_without_a_part_the_command_is_asked_wrongly(sample: Sample) -> None:
    assert run(sample, "evidence") == ExitCode.USAGE_ERROR


def test_a_dry_run_lists_what_prune_deletes(
    sample: Sample, capsys: pytest.CaptureFixture[str]
) -> None:
    artifact = "sha256:" + "c" * 64
    sample.tested("unit", revision_of(3), artifact, "2020-01-31T12:00:00+00:00")
    old = sample.state / evidence_path("unit", revision_of(3).tree, artifact)
    listed = run(sample, "evidence", "prune", "--dry-run")
    said = capsys.readouterr().out
    there = old.exists()
    pruned = run(sample, "evidence", "prune", "--keep-days", "30")

    assert (listed, pruned) == (ExitCode.OK, ExitCode.OK)
    assert f".pipeline/{old.relative_to(sample.state)}\n" in said
    assert "would be deleted: 2 files" in said
    assert there
    assert not old.exists()
    assert run(sample, "verify") == ExitCode.OK
    assert run(sample, "evidence", "prune", "--keep-days", "-1") == ExitCode.USAGE_ERROR
