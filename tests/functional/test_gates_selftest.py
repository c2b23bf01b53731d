"""`pytest-pipeline gates selftest` shows which gates hold, and which do not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., pytest.RunResult]
Write = Callable[..., None]

_COMMAND = "import sys; from pytest_pipeline.cli.main import main; sys.exit(main())"
_CONFIGURATION = """
name = "tiny"
[stages.unit]
[[stages.unit.objectives]]
measure = "custom.size"
pass = "< 5"
"""
_TESTS = """
def test_size(pipeline):
    pipeline.record("custom.size", 3)

def test_other():
    pass
"""
#: A judge who closes an eye on failing tests; in place before the plugin notes what it consists of.
_LENIENT = """
import dataclasses
from pytest_pipeline.domain.verdicts import Verdict
from pytest_pipeline.engine import stage_execution

judge_stage = stage_execution.judge_stage

def lenient(stage, run, **known):
    result = judge_stage(stage, run, **known)
    failed = result.verdict is Verdict.FAIL
    return dataclasses.replace(result, verdict=Verdict.PASS) if failed else result

stage_execution.judge_stage = lenient
"""


def selftest(
    root: Path, only: Sequence[str], *options: str, **environ: str
) -> tuple[int, dict[str, Any], str]:
    """Run a self-test, with the plugin alone, and return exit code, record and complaints."""
    asked = [part for name in only for part in ("--only", name)]
    done = subprocess.run(
        [sys.executable, "-c", _COMMAND, "gates", "selftest", "--format", "json", *asked, *options],
        cwd=root,
        env={
            **{k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"},
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTEST_PLUGINS": "pytest_pipeline.plugin",
            **environ,
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, json.loads(done.stdout), done.stderr


def test_what_goes_wrong_in_a_stage_is_blocked(pytester: pytest.Pytester, write: Write) -> None:
    write({"pipeline.toml": _CONFIGURATION, "tests/unit/test_a.py": _TESTS})
    before = sorted(pytester.path.rglob("*"))
    only = ("failing-test", "os-exit", "objective-missing")

    code, record, said = selftest(pytester.path, only, "--jobs", "2")

    assert code == 0, said
    assert {each["injection"]: each["verdict"] for each in record["injections"]} == {
        "failing-test": "FAIL",
        "os-exit": None,
        "objective-missing": "INCONCLUSIVE",
    }
    assert (record["blocked"], record["applicable"]) == (3, 3)
    assert sorted(pytester.path.rglob("*")) == before


def test_a_gate_that_does_not_hold_is_named(
    pytester: pytest.Pytester, write: Write, tmp_path_factory: pytest.TempPathFactory
) -> None:
    write(
        {
            "pipeline.toml": _CONFIGURATION,
            "tests/unit/test_a.py": _TESTS,
        }
    )
    place = tmp_path_factory.mktemp("lenient")
    (place / "sitecustomize.py").write_text(_LENIENT)
    only = ("failing-test", "all-skipped")

    code, record, said = selftest(pytester.path, only, PYTHONPATH=str(place))

    assert code == 20, said
    assert {each["injection"]: each["blocked"] for each in record["injections"]} == {
        "failing-test": "NO",
        "all-skipped": "yes",
    }


def test_the_plugin_does_nothing_outside_of_a_self_test(run: Run, write: Write) -> None:
    write({"pipeline.toml": _CONFIGURATION, "tests/unit/test_a.py": _TESTS})

    result = run("-p", "pytest_pipeline.plugin.injecting", "--pipeline-stage=unit")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*loaded by pytest-pipeline gates selftest alone*"])


def test_what_a_session_with_the_plugin_proves_counts_for_nothing(
    run: Run, write: Write, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    write({"pipeline.toml": _CONFIGURATION, "tests/unit/test_a.py": _TESTS})
    order = pytester.path.with_name("order.json")
    order.write_text(json.dumps({"injection": "", "done": os.devnull, "spoilt": None}))
    monkeypatch.setenv("PYTEST_PIPELINE_INJECTION", str(order))

    result = run("-p", "pytest_pipeline.plugin.injecting", "--pipeline-stage=unit")

    assert result.ret == 0
    assert not (pytester.path / ".pipeline" / "evidence").exists()
