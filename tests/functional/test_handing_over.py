"""Two jobs that share a folder and nothing else: a stage in one, the next stage in the other."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.functional.conftest import Run, Write

_FILES = {
    "pipeline.toml": 'name = "orders"\n[stages.unit]\n[stages.component]\n',
    "tests/unit/test_sum.py": "def test_sum():\n    assert 1 + 1 == 2\n",
    "tests/component/test_part.py": "def test_part():\n    assert True\n",
}
_COMMAND = "import sys; from pytest_pipeline.cli.main import main; sys.exit(main())"
_REFUSED = 22


def command(pytester: pytest.Pytester, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = {name: text for name, text in os.environ.items() if name != "CI"}
    return subprocess.run(
        [sys.executable, "-c", _COMMAND, *arguments],
        cwd=pytester.path,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_next_job_goes_on_where_the_first_one_ended(
    run: Run, write: Write, pytester: pytest.Pytester
) -> None:
    write({f"{job}/{name}": text for job in ("one", "two") for name, text in _FILES.items()})
    first = run("--pipeline-stage=unit", "one")
    exported = command(pytester, "--root", "one", "evidence", "export", "handover")
    without = run("--pipeline-stage=component", "two")
    imported = command(pytester, "--root", "two", "evidence", "import", "handover")
    second = run("--pipeline-stage=component", "two")
    verified = command(pytester, "--root", "two", "verify")

    assert (first.ret, exported.returncode, imported.returncode) == (0, 0, 0), exported.stderr
    assert "evidence: unsigned" in first.stdout.str()
    assert (without.ret, second.ret, verified.returncode) == (_REFUSED, 0, 0), verified.stdout
    assert verified.stdout.startswith("UNSIGNED, sound otherwise: ")
    assert "component  PASS" in verified.stdout


def test_the_report_of_a_stage_bears_out_what_its_evidence_claims(
    run: Run, write: Write, pytester: pytest.Pytester
) -> None:
    write({
        **_FILES,
        "tests/unit/test_more.py": """
            import pytest

            def test_fails(): assert False
            @pytest.mark.skip(reason="no database")
            def test_skipped(): pass
            @pytest.mark.xfail
            def test_expected(): assert False
        """,
    })  # fmt: skip
    stage = run("--pipeline-stage=unit")
    verified = command(pytester, "verify")

    assert stage.ret == 1
    assert verified.returncode == 0, verified.stdout
    assert "unit  FAIL" in verified.stdout
