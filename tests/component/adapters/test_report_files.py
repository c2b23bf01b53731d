"""Files of reports: refused before anything runs, written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pytest_pipeline.adapters.html_report import execution_page
from pytest_pipeline.adapters.report_files import demand_page_file, write_whole
from pytest_pipeline.errors import ConfigError
from tests.component.adapters.html_report.reported import report


def test_a_folder_is_made_and_nothing_is_left_in_it(tmp_path: Path) -> None:
    file = tmp_path / "new" / "report.html"

    demand_page_file(file, option="--pipeline-report")

    assert list(file.parent.iterdir()) == []


def test_the_report_of_an_earlier_run_is_removed(tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(execution_page(report()), encoding="utf-8")

    demand_page_file(file, option="--pipeline-report")

    assert not file.exists()


@pytest.mark.parametrize("place", ["file/report.html", "folder.html"])
def test_what_cannot_be_written_is_refused_with_its_option(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder.html").mkdir()

    with pytest.raises(ConfigError, match=r"--pipeline-report=.* cannot be written \(.+\)"):
        demand_page_file(tmp_path / place, option="--pipeline-report")


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        pytest.param("pipeline.toml", r"is no name of a page: wanted .* \.html", id="another-name"),
        pytest.param("report", r"is no name of a page: wanted .* \.html", id="no-suffix"),
        pytest.param("index.html", "no report of an earlier run: name another", id="a-page"),
    ],
)
def test_a_file_that_is_no_report_is_refused_and_stays(
    tmp_path: Path, name: str, wanted: str
) -> None:
    (tmp_path / name).write_text("<!DOCTYPE html><html>of somebody else</html>")

    with pytest.raises(ConfigError, match=f"--pipeline-report=.*{name} .*{wanted}"):
        demand_page_file(tmp_path / name, option="--pipeline-report")

    assert "of somebody else" in (tmp_path / name).read_text()


def test_a_pipe_is_refused_without_waiting_for_a_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "report.html")

    with pytest.raises(ConfigError, match="no report of an earlier run"):
        demand_page_file(tmp_path / "report.html", option="--pipeline-report")


def test_an_empty_file_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / "report.HTM"
    file.touch()

    demand_page_file(file, option="--pipeline-report")

    assert not file.exists()


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
