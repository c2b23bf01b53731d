"""What `verify` prints, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pytest_pipeline.cli.main import main
from pytest_pipeline.domain.exit_codes import ExitCode
from tests.integration.verifying.sample import STAGES, Sample
from tests.integration.verifying.signing import CI, STRANGER


@pytest.fixture(autouse=True)
def _on_a_laptop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    sample = Sample(tmp_path / "orders").configure()
    sample.fill_now()
    return sample


@pytest.fixture
def unsigned(tmp_path: Path) -> Sample:
    sample = Sample(tmp_path / "orders", signer=None).configure()
    sample.fill_now()
    return sample


def verify(root: Path, *arguments: str) -> int:
    return main(["--root", str(root), "verify", *arguments])


def test_one_screen_says_what_there_is(sample: Sample, capsys: pytest.CaptureFixture[str]) -> None:
    ended = verify(sample.root)
    first, *lines = capsys.readouterr().out.splitlines()

    assert ended == ExitCode.OK
    assert first.startswith("sound: ")
    assert len([line for line in lines if line.startswith("evidence ")]) == len(STAGES)
    assert all(" ci " in line for line in lines if line.startswith("evidence "))


def test_a_problem_names_file_meaning_and_what_to_do(
    sample: Sample, capsys: pytest.CaptureFixture[str]
) -> None:
    path = next((sample.state / "reports").iterdir())
    path.write_text("{}\n")
    ended = verify(sample.root)
    said = capsys.readouterr().out

    assert ended == ExitCode.EVIDENCE_REFUSED
    assert said.startswith("NOT SOUND: ")
    assert f"reports/{path.name} [report]\n  is not the report that its name" in said
    assert "  -> fetch it anew from the job that wrote it" in said


def test_an_unsigned_folder_says_so_in_the_first_line(
    unsigned: Sample, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = verify(unsigned.root)

    assert ended == ExitCode.OK
    assert capsys.readouterr().out.startswith("UNSIGNED, sound otherwise: ")


def test_an_unsigned_folder_is_refused_in_ci(
    unsigned: Sample, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    ended = verify(unsigned.root)

    assert ended == ExitCode.EVIDENCE_REFUSED
    assert capsys.readouterr().out.startswith("NOT SOUND, UNSIGNED: ")


def test_an_unsigned_folder_is_refused_where_a_key_is_given(unsigned: Sample) -> None:
    assert verify(unsigned.root, "--trust", str(CI.key)) == ExitCode.EVIDENCE_REFUSED


def test_with_a_key_no_service_root_is_needed(sample: Sample, tmp_path: Path) -> None:
    (tmp_path / "nowhere").mkdir()
    folder = str(sample.state)

    assert verify(tmp_path / "nowhere", folder, "--trust", str(CI.key)) == ExitCode.OK
    assert verify(tmp_path / "nowhere", folder) == ExitCode.USAGE_ERROR


def test_keys_may_come_from_a_file(sample: Sample, tmp_path: Path) -> None:
    keys = tmp_path / "keys.txt"
    keys.write_text(f"# whom we believe\n{STRANGER.key}\n{CI.key}\n")

    assert verify(sample.root, "--trust", str(keys)) == ExitCode.OK
    assert verify(sample.root, "--trust", str(STRANGER.key)) == ExitCode.EVIDENCE_REFUSED


@pytest.mark.parametrize("given", ["ed25519:12", "no-such-file", "empty.txt"])
def test_what_is_no_key_is_asked_wrongly(
    sample: Sample, given: str, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(sample.root.parent)
    Path("empty.txt").touch()

    assert verify(sample.root, "--trust", given) == ExitCode.USAGE_ERROR
    assert given in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_asked_wrongly(sample: Sample) -> None:
    assert verify(sample.root, str(sample.root / "nowhere")) == ExitCode.USAGE_ERROR


def test_an_environment_asks_for_what_it_demands(
    sample: Sample, capsys: pytest.CaptureFixture[str]
) -> None:
    sufficed = verify(sample.root, "--for", "production")
    said = capsys.readouterr().out
    next((sample.state / "evidence" / "e2e").iterdir()).unlink()
    without = verify(sample.root, "--for", "production")

    assert (sufficed, without) == (ExitCode.OK, ExitCode.EVIDENCE_REFUSED)
    assert said.endswith("it suffices for production\n")
    refused = capsys.readouterr().out
    assert refused.startswith("NOT ENOUGH: ")
    assert "production refuses it: no evidence of stage e2e" in refused


def test_another_revision_does_not_suffice(
    sample: Sample, capsys: pytest.CaptureFixture[str]
) -> None:
    (sample.root / "orders.py").write_text("ORDERS = 4\n")
    ended = verify(sample.root, "--for", "production")

    assert ended == ExitCode.EVIDENCE_REFUSED
    assert "changed: orders.py" in capsys.readouterr().out


def test_json_has_everything(sample: Sample, capsys: pytest.CaptureFixture[str]) -> None:
    (sample.state / "evidense").touch()
    verify(sample.root, "--json")
    document = json.loads(capsys.readouterr().out)

    assert document["sound"] is False
    assert {each["name"] for each in document["rows"]} == set(STAGES)
    assert [(each["path"], each["check"]) for each in document["problems"]] == [
        ("evidense", "name")
    ]


def test_nothing_is_written(sample: Sample) -> None:
    before = {path: path.stat().st_mtime_ns for path in sample.root.rglob("*")}
    verify(sample.root, "--for", "production")

    assert {path: path.stat().st_mtime_ns for path in sample.root.rglob("*")} == before
