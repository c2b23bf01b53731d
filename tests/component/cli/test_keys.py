"""`pytest-pipeline keys`: made for their owner alone, shown without secrets, trusted by a table."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_pipeline import config
from pytest_pipeline.adapters.dsse import new_private_key
from pytest_pipeline.cli.main import main

PRIVATE, PUBLIC = new_private_key()
OWN = 'name = "tiny"\n\n# why\n[stages.unit]  # stays\n'
SHARED = '[project]\nname = "tiny"\n\n[tool.pytest_pipeline]\nname = "tiny"\n\n[tool.other]\na = 1'


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("PYTEST_PIPELINE_KEY", "PYTEST_PIPELINE_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    file = tmp_path / "key.pem"
    file.touch(mode=0o600)
    file.write_text(PRIVATE)
    return file


def git_repository(folder: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True, timeout=30)


class TestNew:
    def test_writes_a_file_of_its_owners(self, capsys: pytest.CaptureFixture[str]) -> None:
        before = os.umask(0)
        try:
            assert main(["keys", "new", "secrets/key.pem"]) == 0
        finally:
            os.umask(before)

        file = Path("secrets/key.pem")
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
        output = capsys.readouterr().out
        assert file.read_text().splitlines()[1] not in output
        assert "pytest-pipeline keys trust NAME ed25519:" in output
        assert f"export PYTEST_PIPELINE_KEY_FILE={file.absolute()}" in output

    def test_writes_beside_other_settings_by_default(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))

        assert main(["keys", "new"]) == 0

        assert (tmp_path / "settings/pytest-pipeline/key.pem").is_file()

    def test_overwrites_nothing(self, key_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["keys", "new", str(key_file)]) == 4

        assert key_file.read_text() == PRIVATE
        assert "key.pem: got a file that is there already" in capsys.readouterr().err

    def test_writes_nothing_that_git_would_commit(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        git_repository(tmp_path)

        assert main(["keys", "new", "deeper/key.pem"]) == 4

        assert not Path("deeper").exists()
        assert "git would commit it" in capsys.readouterr().err

    def test_writes_what_git_ignores(self, tmp_path: Path) -> None:
        git_repository(tmp_path)
        Path(".gitignore").write_text("*.pem\n")

        assert main(["keys", "new", "key.pem"]) == 0

    def test_makes_nothing_when_it_only_says_what_it_would_do(self) -> None:
        assert main(["keys", "new", "key.pem", "--dry-run"]) == 0

        assert not Path("key.pem").exists()


class TestShow:
    def test_shows_the_public_half_alone(
        self, key_file: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["keys", "show", str(key_file)]) == 0

        output = capsys.readouterr().out
        assert f"public key: {PUBLIC}" in output
        assert "there is no service root here" in output
        assert PRIVATE.splitlines()[1] not in output

    def test_shows_the_key_in_use_and_what_it_is_trusted_with(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        table = f'[evidence.signers.ci]\nkey = "{PUBLIC}"\nstages = ["unit", "comp*"]\n'
        Path("pipeline.toml").write_text(OWN + table)
        monkeypatch.setenv("PYTEST_PIPELINE_KEY", PRIVATE)

        assert main(["keys", "show"]) == 0

        output = capsys.readouterr().out
        assert "from:       PYTEST_PIPELINE_KEY" in output
        trusted = "as ci, for stages unit, comp*, environments *; does not approve weaker policies"
        assert trusted in output

    def test_says_how_to_trust_a_stranger(
        self, key_file: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        Path("pipeline.toml").write_text(OWN)

        assert main(["keys", "show", str(key_file)]) == 0

        assert f"pytest-pipeline keys trust NAME {PUBLIC}" in capsys.readouterr().out

    def test_without_a_key_says_where_one_comes_from(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["keys", "show"]) == 4

        assert "set PYTEST_PIPELINE_KEY, or PYTEST_PIPELINE_KEY_FILE" in capsys.readouterr().err


class TestTrust:
    @pytest.mark.parametrize(
        ("name", "text"),
        [
            pytest.param("pipeline.toml", OWN, id="own-file"),
            pytest.param("pyproject.toml", SHARED, id="shared-file-without-an-end"),
            pytest.param("pipeline.toml", OWN.replace("\n", "\r\n"), id="other-ends-of-lines"),
        ],
    )
    def test_keeps_every_byte_and_adds_a_signer(self, name: str, text: str) -> None:
        Path(name).write_bytes(text.encode())
        Path(name).chmod(0o640)

        arguments = ["--stages", "unit", "e2e*", "--environments", "staging", "--approves"]
        assert main(["keys", "trust", "ci", PUBLIC, *arguments]) == 0

        after = Path(name).read_bytes().decode()
        (signer,) = config.load(Path()).signers
        assert after.startswith(text)
        assert after.count("\r\n") in (0, after.count("\n"))
        assert stat.S_IMODE(Path(name).stat().st_mode) == 0o640
        assert (signer.name, str(signer.key)) == ("ci", PUBLIC)
        assert (signer.stages, signer.environments) == (("unit", "e2e*"), ("staging",))
        assert signer.approves

    def test_says_who_approves(self, capsys: pytest.CaptureFixture[str]) -> None:
        Path("pipeline.toml").write_text(OWN)

        main(["keys", "trust", "ci", PUBLIC])
        everybody = capsys.readouterr().out
        main(["keys", "trust", "lead", PUBLIC[:-2] + "00", "--approves"])
        alone = capsys.readouterr().out

        assert "approved by every signer of the environment: ci; trust one with" in everybody
        assert "approved by: lead\n" in alone

    def test_shows_what_it_added(self, capsys: pytest.CaptureFixture[str]) -> None:
        Path("pipeline.toml").write_text(OWN)

        main(["keys", "trust", "ci", PUBLIC])

        output = capsys.readouterr().out
        assert "+[evidence.signers.ci]" in output
        assert f'+key = "{PUBLIC}"' in output

    def test_remarks_what_names_nothing(self, capsys: pytest.CaptureFixture[str]) -> None:
        Path("pipeline.toml").write_text(OWN)

        assert main(["keys", "trust", "ci", PUBLIC, "--stages", "unti", "u*"]) == 0

        assert capsys.readouterr().err == "no stage is called 'unti' (unit); did you mean 'unit'?\n"

    @pytest.mark.parametrize(
        ("before", "name", "key", "said"),
        [
            pytest.param(OWN, "ci", "ed25519:00", "wanted 'ed25519:'", id="no-key"),
            pytest.param(OWN, "Ci\n[x]", PUBLIC, "wanted lower-case letters", id="no-name"),
            pytest.param(
                f'{OWN}[evidence.signers.ci]\nkey = "ed25519:{"0" * 64}"\n',
                "ci",
                PUBLIC,
                "signer 'ci' is there already, with the key ed25519:000",
                id="name-is-taken",
            ),
            pytest.param(
                f'{OWN}[evidence.signers.old]\nkey = "{PUBLIC}"\n',
                "ci",
                PUBLIC,
                "one signer for a key",
                id="key-is-known",
            ),
            pytest.param(
                f"evidence = {{max_age_s = 1.0}}\n{OWN}", "ci", PUBLIC, "was not added", id="inline"
            ),
            pytest.param("nme = 1\n", "ci", PUBLIC, "got an unknown key", id="wrong-before"),
        ],
    )
    def test_leaves_the_file_as_it_was_when_something_is_wrong(
        self, before: str, name: str, key: str, said: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        Path("pipeline.toml").write_text(before)

        assert main(["keys", "trust", name, key]) == 4

        assert Path("pipeline.toml").read_text() == before
        assert said in capsys.readouterr().err
        assert [each.name for each in Path().iterdir()] == ["pipeline.toml"]

    def test_adds_nothing_when_it_only_says_what_it_would_do(self) -> None:
        Path("pipeline.toml").write_text(OWN)

        assert main(["keys", "trust", "ci", PUBLIC, "--dry-run"]) == 0

        assert Path("pipeline.toml").read_text() == OWN


def test_without_a_part_the_parts_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys"]) == 4

    assert "wanted one of new, show, trust" in capsys.readouterr().err


def test_no_command_starts_anything_that_has_the_key() -> None:
    program = (
        "import subprocess; from pytest_pipeline.cli.main import main; main(['keys', 'show']); "
        "print(subprocess.check_output(['env']).decode())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTEST_PIPELINE_KEY": PRIVATE},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert PUBLIC in done.stdout
    assert "PYTEST_PIPELINE_KEY=" not in done.stdout
    assert PRIVATE.splitlines()[1] not in done.stdout
