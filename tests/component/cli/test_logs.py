"""The logs of environments, by what was recorded."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_pipeline.cli.main import main
from pytest_pipeline.domain.exit_codes import ExitCode
from tests.component.cli.roots import CONFIGURED


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "pipeline.toml").write_text(CONFIGURED, encoding="utf-8")
    (tmp_path / "build.sh").touch(mode=0o755)
    folder = tmp_path / ".pipeline" / "executions" / "e1" / "production"
    folder.mkdir(parents=True)
    (folder / "r1-0.log").write_text("one\ntwo\n", encoding="utf-8")
    return tmp_path


def logs(root: Path, *arguments: str) -> int:
    return main(["--root", str(root), "logs", *arguments])


@pytest.mark.parametrize("lines", ["-3", "some"])
def test_a_number_of_lines_that_is_none_is_a_wrong_question(
    root: Path, lines: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert logs(root, "production", "--lines", lines) == ExitCode.USAGE_ERROR
    assert f"'{lines}' is no number of lines" in capsys.readouterr().err


def test_an_environment_that_is_unknown_is_refused_with_those_that_are_known(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert logs(root, "stagging") == ExitCode.USAGE_ERROR
    assert "environments: staging" in capsys.readouterr().err


def test_a_configuration_that_is_broken_hides_no_logs(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "pipeline.toml").write_text("name = ", encoding="utf-8")

    assert logs(root, "production", "--lines", "1") == ExitCode.OK
    assert capsys.readouterr().out == "two\n"
    assert logs(root, "stagging") == ExitCode.USAGE_ERROR
    assert "nothing was deployed there yet" in capsys.readouterr().err
