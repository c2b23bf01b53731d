"""What is generated is valid by the schemas that are published for GitHub and GitLab.

check-jsonschema brings them along. `actionlint`, which knows more, is asked where it is installed.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.component.adapters.ci_workflows.conftest import Generate
from tests.component.adapters.ci_workflows.pipelines import KINDS

SCHEMAS = {
    "github": ("vendor.github-workflows",),
    "gitlab": ("vendor.gitlab-ci", "--data-transform", "gitlab-ci"),
}


@pytest.mark.parametrize("system", SCHEMAS)
def test_what_is_generated_is_valid(generate: Generate, tmp_path: Path, system: str) -> None:
    files = [tmp_path / f"{kind}.yml" for kind in KINDS]
    for file in files:
        file.write_text(generate(system, file.stem), encoding="utf-8")

    assert _said(files, system) == "ok -- validation done"


@pytest.mark.parametrize(
    ("system", "right", "wrong"),
    [
        ("github", "runs-on: ubuntu-latest", "runs-no: ubuntu-latest"),
        ("github", "timeout-minutes: 45", "timeout-minutes: long"),
        ("gitlab", "interruptible: true", "interruptible: maybe"),
        ("gitlab", "  script:\n", "  scripts:\n"),
    ],
)
def test_the_schemas_find_what_is_wrong(
    generate: Generate, tmp_path: Path, system: str, right: str, wrong: str
) -> None:
    text = generate(system, "five stages")
    file = tmp_path / "workflow.yml"
    file.write_text(text.replace(right, wrong), encoding="utf-8")

    assert right in text
    assert "Schema validation errors were encountered" in _said([file], system)


@pytest.mark.skipif(shutil.which("actionlint") is None, reason="actionlint is not installed")
@pytest.mark.parametrize("kind", KINDS)
def test_actionlint_finds_nothing(generate: Generate, tmp_path: Path, kind: str) -> None:
    file = tmp_path / "workflow.yml"
    file.write_text(generate("github", kind), encoding="utf-8")
    done = subprocess.run(
        ["actionlint", str(file)], capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 0, done.stdout


def _said(files: list[Path], system: str) -> str:
    asked = ["--builtin-schema", *SCHEMAS[system], *map(str, files)]
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", *asked],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return (done.stdout + done.stderr).strip()
