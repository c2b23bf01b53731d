"""Runs a suite in a project of its own and says what it came to."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.equality.suites import OPTIONS, Suite

_TIMEOUT_S = 180
_PLUGINS = ("pytest_pipeline.plugin", "xdist")
_FOREIGN = ("PYTEST_ADDOPTS", "CI", "FORCE_COLOR", "COVERAGE_FILE")


@dataclass(frozen=True)
class End:
    """What a suite came to.

    Attributes:
        exit_code: Of the process.
        verdict: Of its one stage.
        counts: Of its tests, by what they came to, and what the gate's objectives say.
        output: What it wrote.
    """

    exit_code: int
    verdict: str
    counts: dict[str, Any]
    output: str = field(repr=False, compare=False)


def run_suite(suite: Suite, folder: Path, *arguments: str) -> End:
    """Run a suite in a new folder.

    Args:
        suite: The suite.
        folder: Must not exist.
        arguments: More of pytest's.
    """
    project, marks = folder / "project", folder / "marks"
    marks.mkdir(parents=True)
    for path, text in suite.files().items():
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(text)
    summary = folder / "summary.json"
    loaded = [part for plugin in _PLUGINS for part in ("-p", plugin)]
    run = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", *loaded, "-p", "no:cacheprovider"),
            *("-q", f"--pipeline-summary={summary}", *OPTIONS[suite.option], *arguments),
        ],
        cwd=project,
        env=_environment(marks),
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_S,
        check=False,
    )
    output = run.stdout + run.stderr
    if not summary.is_file():
        return End(run.returncode, "none", {}, output)
    (stage,) = json.loads(summary.read_text())["stages"]
    figures = {each["measure"]: (each["value"], each["reason"]) for each in stage["objectives"]}
    return End(run.returncode, stage["verdict"], {**stage["tests"], **figures}, output)


def _environment(marks: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
    return {
        **kept,
        "EQUALITY_MARKS": str(marks),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
