"""`pytest-pipeline explain` says what decided, what still counts, and what to run."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., pytest.RunResult]
Write = Callable[..., None]
Explain = Callable[..., dict[str, Any]]

_COMMAND = "import sys; from pytest_pipeline.cli.main import main; sys.exit(main())"
_STAGES = 'name = "tiny"\n[stages.unit]\n[stages.component]\n'
_PASSING = "def test_it(): pass\n"


def command(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own: pytester takes modules away that were imported."""
    return subprocess.run(
        [sys.executable, "-c", _COMMAND, "--root", "service", *arguments],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def explain(pytester: pytest.Pytester) -> Explain:
    """Return what the command says of the test's project, as JSON."""

    def explained(*subject: str) -> dict[str, Any]:
        done = command(pytester.path, "explain", *subject, "--format", "json")
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    return explained


def test_a_change_makes_evidence_stale_and_is_named(
    run: Run, write: Write, pytester: pytest.Pytester, explain: Explain
) -> None:
    write(
        {
            "service/pipeline.toml": _STAGES,
            "service/tests/unit/test_a.py": _PASSING,
            "service/tests/component/test_b.py": _PASSING,
        }
    )
    assert run("--pipeline-stage=unit", "service").ret == 0
    before = explain()
    (pytester.path / "service/tests/unit/test_a.py").write_text(_PASSING + "\n")

    after = explain("unit")

    unit, component = before["stages"]
    assert (unit["verdict"], unit["evidence"], unit["command"]) == ("PASS", "present", "")
    assert (component["verdict"], component["evidence"]) == (None, "missing")
    assert component["command"].startswith("pytest --pipeline-stage=component")
    assert before["execution"]["same_revision"]
    (stale,) = after["stages"]
    assert (stale["evidence"], stale["changed"]) == ("stale", ["tests/unit/test_a.py"])
    assert stale["command"].startswith("pytest --pipeline-stage=unit")
    assert not after["execution"]["same_revision"]


def test_a_refused_stage_is_explained_by_the_figure_that_decided(
    run: Run, write: Write, explain: Explain, pytester: pytest.Pytester
) -> None:
    write(
        {
            "service/pipeline.toml": _STAGES,
            "service/tests/unit/test_a.py": "def test_it(): assert False",
        }
    )
    run("--pipeline-stage=unit", "service")

    found = explain()
    refused = command(pytester.path, "explain", "production")

    assert found["execution"]["exit_code"] == 1
    assert found["stages"][0]["decided"] == ["tests.failed: 1, wanted == 0"]
    assert found["stages"][0]["evidence"] == "not-promoting"
    assert refused.returncode == 4
    assert "no execution, stage or environment 'production'" in refused.stderr


def test_a_service_that_was_never_run_is_explained_as_well(write: Write, explain: Explain) -> None:
    write({"service/pipeline.toml": _STAGES, "service/tests/unit/test_a.py": _PASSING})

    found = explain()

    assert found["execution"] is None
    assert [each["evidence"] for each in found["stages"]] == ["missing", "missing"]
