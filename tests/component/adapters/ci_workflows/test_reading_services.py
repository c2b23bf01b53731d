"""What a service's files say of how it is installed, and which layers it has."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_pipeline.adapters.ci_workflows import install_command, layers_in_folders
from pytest_pipeline.domain.layers import LayerRules
from tests.e2e.drills.repository import Repository

_PROJECT = '[project]\nname = "orders"\n'


@pytest.mark.parametrize(
    ("files", "installed"),
    [
        ({}, ""),
        ({"pyproject.toml": "[tool.x]"}, ""),
        ({"pyproject.toml": "[["}, ""),
        ({"pyproject.toml": _PROJECT}, "-e . "),
        (
            {"pyproject.toml": f"{_PROJECT}[project.optional-dependencies]\ndev=[]\ntest=[]"},
            "-e '.[test]' ",
        ),
        ({"pyproject.toml": f"{_PROJECT}[dependency-groups]\ntests=[]"}, "-e . --group tests "),
        (
            {"requirements.txt": "", "requirements-test.txt": "", "requirements-old.txt": ""},
            "-r requirements.txt -r requirements-test.txt ",
        ),
    ],
)
def test_a_service_is_installed_as_its_files_say(
    tmp_path: Path, files: dict[str, str], installed: str
) -> None:
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")

    assert install_command(tmp_path) == f"pip install {installed}'pytest-pipeline-gates[all]'"


def test_layers_are_found_by_the_folders_of_tests(tmp_path: Path) -> None:
    for name in (
        *("tests/unit/test_a.py", "tests/acceptance/deep/b_test.py", "tests/load/locustfile.py"),
        *("component/helper.py", ".venv/lib/component/test_x.py", "tests/db_rows/test_rows.py"),
        *("node_modules/x/integration/test_x.py", "test_nowhere.py"),
    ):
        Repository(tmp_path).write(name, "")
    rules = LayerRules(("unit", "component", "integration", "db", "e2e"), {"db": ("**/db_*/*",)})

    assert layers_in_folders(tmp_path, rules) == ("unit", "db", "e2e")
