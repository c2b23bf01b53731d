from __future__ import annotations

from pathlib import Path

import pytest

from pytest_pipeline.config import service_root

_SECTION = "[tool.pytest_pipeline]\n"


def _written(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("pipeline.toml", "", id="own-file"),
        pytest.param("pyproject.toml", _SECTION, id="section"),
        pytest.param("pyproject.toml", "tool.pytest_pipeline.name = 'x'\n", id="dotted-key"),
        pytest.param("pyproject.toml", "[tool.pytest_pipeline.stages.unit]\n", id="sub-table"),
    ],
)
def test_the_root_is_the_nearest_folder_with_a_configuration(
    tmp_path: Path, name: str, text: str
) -> None:
    _written(tmp_path / "pipeline.toml", "")
    _written(tmp_path / "orders" / name, text)
    test_file = _written(tmp_path / "orders" / "tests" / "unit" / "test_x.py", "")

    assert service_root(test_file) == tmp_path / "orders"
    assert service_root(tmp_path / "orders") == tmp_path / "orders"
    assert service_root(tmp_path / "orders" / "not" / "there.py") == tmp_path / "orders"
    assert service_root(tmp_path / "other") == tmp_path


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[project]\nname = 'x'\n", id="no-section"),
        pytest.param("[tool.ruff]\n# pytest_pipeline\n", id="only-mentioned"),
        pytest.param("[project\n", id="broken-and-not-ours"),
    ],
)
def test_a_project_file_without_our_section_is_no_root(tmp_path: Path, text: str) -> None:
    _written(tmp_path / "pipeline.toml", "")
    _written(tmp_path / "orders" / "pyproject.toml", text)

    assert service_root(tmp_path / "orders") == tmp_path


def test_a_broken_file_that_mentions_us_is_a_root_so_that_loading_tells_the_line(
    tmp_path: Path,
) -> None:
    _written(tmp_path / "pyproject.toml", _SECTION + "name = \n")

    assert service_root(tmp_path) == tmp_path


def test_a_relative_path_is_taken_from_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _written(tmp_path / "pipeline.toml", "")
    (tmp_path / "tests").mkdir()
    monkeypatch.chdir(tmp_path / "tests")

    assert service_root(Path("..") / "tests" / "unit") == tmp_path


def test_symbolic_links_are_kept_as_pytest_keeps_them(tmp_path: Path) -> None:
    _written(tmp_path / "real" / "pipeline.toml", "")
    (tmp_path / "link").symlink_to(tmp_path / "real")

    assert service_root(tmp_path / "link" / "tests") == tmp_path / "link"


def test_there_may_be_no_root(tmp_path: Path) -> None:
    assert service_root(tmp_path) is None
