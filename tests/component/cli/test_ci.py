"""`pytest-pipeline ci` writes a file, over none but its own, and says what became of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_pipeline.cli.main import main
from pytest_pipeline.domain.exit_codes import ExitCode

_STAGES = "[stages.unit]\n[stages.e2e]\n"
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "pipeline.toml").write_text(_STAGES, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_file_is_what_is_printed_without_one(root: Path, capsys: Capture) -> None:
    printed = main(["ci", "github"])
    text = capsys.readouterr().out
    written = main(["ci", "github", "--output", ".github/workflows/pipeline.yml"])
    said = capsys.readouterr()

    assert (printed, written) == (0, 0)
    assert (root / ".github/workflows/pipeline.yml").read_text(encoding="utf-8") == text
    assert said.out == "written: .github/workflows/pipeline.yml\n"


def test_what_is_missing_is_said_beside_it(root: Path, capsys: Capture) -> None:
    main(["ci", "github"])
    said = capsys.readouterr()
    signers = f"[evidence.signers.ci]\nkey = 'ed25519:{'ab' * 32}'\n"
    text = f'name = "orders"\n{_STAGES}{signers}'
    (root / "pipeline.toml").write_text(text, encoding="utf-8")
    main(["ci", "github", "--deploy", ""])

    assert "no signer is trusted yet, and in CI nothing that is unsigned counts" in said.err
    assert (
        'called after its folder, and evidence is of a service by its name: write name = "...'
        in (said.err)
    )
    assert "no job deploys: there is no environment after the last stage" in said.err
    assert "no signer" not in said.out
    assert capsys.readouterr().err == ""


def test_a_file_that_was_not_generated_is_replaced_by_force_alone(
    root: Path, capsys: Capture
) -> None:
    file = root / "ci.yml"
    file.write_text("name: mine\n", encoding="utf-8")
    refused = main(["ci", "gitlab", "--output", "ci.yml"])
    said = capsys.readouterr().err
    before = file.read_text(encoding="utf-8")
    forced = main(["ci", "gitlab", "--output", "ci.yml", "--force"])
    again = main(["ci", "gitlab", "--output", "ci.yml", "--shards", "unit=2"])

    assert refused == ExitCode.USAGE_ERROR
    assert "--output ci.yml: this file was not generated, wanted one that begins with" in said
    assert before == "name: mine\n"
    assert (forced, again) == (0, 0)
    assert "parallel: 2" in file.read_text(encoding="utf-8")


def test_a_file_is_checked_against_the_pipeline(root: Path, capsys: Capture) -> None:
    missing = main(["ci", "github", "--output", "ci.yml", "--check"])
    main(["ci", "github", "--output", "ci.yml"])
    same = main(["ci", "github", "--output", "ci.yml", "--check"])
    capsys.readouterr()
    (root / "pipeline.toml").write_text(_STAGES.replace("e2e", "component"), encoding="utf-8")
    before = (root / "ci.yml").read_bytes()
    other = main(["ci", "github", "--output", "ci.yml", "--check"])
    shown = capsys.readouterr().out

    assert (missing, same, other) == (1, 0, 1)
    assert "\n-  e2e:\n" in shown
    assert "\n+  component:\n" in shown
    assert shown.endswith("ci.yml is not what would be generated: leave out --check to write it\n")
    assert (root / "ci.yml").read_bytes() == before


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["ci"], "ci: wanted one of github, gitlab, got nothing"),
        (["ci", "github", "--check"], "--check: wanted the file to compare with"),
        (["ci", "github", "--shards", "unit"], "got 'unit', wanted STAGE=N such as unit=4"),
        (["ci", "github", "--shards", "unit=x"], "got 'unit=x', wanted STAGE=N"),
        (["ci", "github", "--shards", "smoke=2"], "no stage 'smoke'; known: unit, e2e"),
        (["ci", "github", "--deploy", "live"], "no environment 'live'"),
        (["ci", "github", "--branch", "a b"], "--branch: got 'a b', wanted the name of a branch"),
        (["ci", "github", "--install", "a\nb"], r"--install: got 'a\nb', wanted one line"),
        (["ci", "github", "--output", "pipeline.toml/x"], "--output pipeline.toml/x cannot be"),
        (["build"], "nothing to build: the configuration has no build and run"),
    ],
)
def test_what_is_asked_wrongly_is_refused(
    root: Path, capsys: Capture, asked: list[str], said: str
) -> None:
    ended = main(asked)

    assert ended == ExitCode.USAGE_ERROR
    assert said in capsys.readouterr().err
    assert [each.name for each in root.iterdir()] in (
        ["pipeline.toml"],
        ["pipeline.toml", ".pipeline"],
        [".pipeline", "pipeline.toml"],
    )


@pytest.mark.usefixtures("root")
def test_the_options_that_made_a_file_stand_in_its_first_line(capsys: Capture) -> None:
    asked = ["--shards", "e2e=2", "--shards", "unit=3", "--install", "make 'x y'"]
    main(["ci", "gitlab", *asked, "--python", "3.12", "--runner", "big"])
    first = capsys.readouterr().out.splitlines()[0]

    assert first == (
        "# Generated: pytest-pipeline ci gitlab --shards e2e=2 --shards unit=3 --python 3.12 "
        """--install 'make '"'"'x y'"'"'' --runner big"""
    )


def test_outside_of_a_repository_the_service_root_is_the_top(
    tmp_path: Path, capsys: Capture
) -> None:
    service = tmp_path / "services" / "orders"
    service.mkdir(parents=True)
    (service / "pipeline.toml").write_text(_STAGES, encoding="utf-8")
    main(["--root", str(service), "ci", "github"])

    assert "working-directory" not in capsys.readouterr().out
