"""Files of reports: refused before anything runs, written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pytest_pipeline.adapters.report_files import demand_writable, write_whole
from pytest_pipeline.errors import ConfigError


def test_a_folder_is_made_and_nothing_is_left_in_it(tmp_path: Path) -> None:
    file = tmp_path / "new" / "report.html"

    demand_writable(file, option="--pipeline-report")

    assert list(file.parent.iterdir()) == []


def test_the_report_of_an_earlier_run_is_removed(tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text("released")

    demand_writable(file, option="--pipeline-report")

    assert not file.exists()


@pytest.mark.parametrize("place", ["file/report.html", "folder"])
def test_what_cannot_be_written_is_refused_with_its_option(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()

    with pytest.raises(ConfigError, match=r"--pipeline-report=.* cannot be written \(.+\)"):
        demand_writable(tmp_path / place, option="--pipeline-report")


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    write_whole(file, "before")

    with pytest.raises(UnicodeEncodeError):
        write_whole(file, "half \udcff")

    assert file.read_text() == "before"
    assert [each.name for each in tmp_path.iterdir()] == ["report.html"]


def test_the_file_is_as_readable_as_others(tmp_path: Path) -> None:
    (tmp_path / "other").touch()

    write_whole(tmp_path / "report.html", "text")

    assert os.stat(tmp_path / "report.html").st_mode == os.stat(tmp_path / "other").st_mode  # noqa: PTH116
