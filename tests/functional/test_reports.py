"""Reports of real runs: the page, the JUnit file, what GitHub and GitLab read."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from pytest_pipeline.domain.execution_reports import PAGE_MARK

Run = Callable[..., pytest.RunResult]
Write = Callable[..., None]

MODES = ["--pipeline", "--pipeline-stage=unit"]
PROJECT = {
    "tests/unit/test_a.py": """
        import pytest

        def test_passes(): pass
        @pytest.mark.parametrize("x", ["</script><script>alert(1)//\\n::error::x"])
        def test_fails(x):
            assert x == "postgres://me:hunter2@db/x"
        def test_skips(): pytest.skip("no docker")
    """,
}
GREEN = {"tests/unit/test_a.py": "def test_passes(): pass"}


def properties(file: Path) -> dict[str, str]:
    suite = ET.parse(file).getroot()[0]  # noqa: S314 - of our own making
    assert [each.tag for each in suite[:1]] == ["properties"]
    return {each.attrib["name"]: each.attrib["value"] for each in suite[0]}


@pytest.mark.parametrize("mode", MODES)
def test_a_run_that_fails_is_reported_everywhere(
    run: Run,
    write: Write,
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    mode: str,
) -> None:
    write(PROJECT)
    summary = pytester.path / "outside" / "summary.md"
    summary.parent.mkdir()
    summary.write_text("of another tool\n")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    monkeypatch.setenv("DEPLOY_TOKEN", "hunter2")

    result = run(mode, "--pipeline-report=out/report.html", "--junitxml=out/junit.xml")

    page = (pytester.path / "out" / "report.html").read_text(encoding="utf-8")
    told = summary.read_text(encoding="utf-8")
    assert result.ret == 1
    assert "stopped at unit, which is FAIL: tests.failed: 1, wanted == 0" in page
    assert page.count("<script") == 2
    assert told.startswith("of another tool\n## ")
    assert "**FAIL**" in told
    commands = [line for line in result.outlines if line.startswith("::")]
    assert len(commands) == 2
    assert commands[0].startswith("::error file=tests/unit/test_a.py,")
    assert commands[1] == "::error title=stage unit is FAIL::tests.failed: 1, wanted == 0"
    assert "hunter2" not in page + told + "".join(commands)
    told_properties = properties(pytester.path / "out" / "junit.xml")
    prefix = "pipeline" if "stage" in mode else "pipeline.stage.unit"
    assert told_properties[f"{prefix}.verdict"] == "FAIL"
    assert told_properties[f"{prefix}.objective.tests.failed"] == "FAIL 1, wanted == 0"
    assert told_properties["pipeline.revision"].startswith("sha256:")


@pytest.mark.parametrize("mode", MODES)
def test_gitlab_finds_its_reports_and_a_junit_file_in_its_form_with_workers(
    run: Run,
    write: Write,
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    mode: str,
) -> None:
    write(PROJECT)
    monkeypatch.setenv("GITLAB_CI", "true")

    run(mode, "-n", "2", "--junitxml=junit.xml", beside=("xdist",))

    root = ET.parse(pytester.path / "junit.xml").getroot()  # noqa: S314 - of our own making
    (suite,) = root
    assert root.tag == "testsuites"
    assert suite.tag == "testsuite"
    assert [each.tag for each in suite] == ["properties", *["testcase"] * 3]
    assert (suite.attrib["tests"], suite.attrib["failures"]) == ("3", "1")
    assert {each.tag for case in suite.iter("testcase") for each in case} == {"failure", "skipped"}
    names = [each.attrib["name"] for each in suite[0]]
    assert len(set(names)) == len(names)
    folder = pytester.path / ".pipeline" / "gitlab"
    metrics = (folder / "metrics.txt").read_text()
    assert 'pipeline_tests_failed{stage="unit"} 1\n' in metrics
    assert metrics.endswith("# EOF\n")
    (finding,) = json.loads((folder / "code-quality.json").read_text())
    assert finding["check_name"] == "pipeline.unit.tests.failed"


def test_a_page_that_cannot_be_written_is_refused_before_anything_runs(
    run: Run, write: Write, pytester: pytest.Pytester
) -> None:
    write({**GREEN, "file": ""})

    result = run("--pipeline", "--pipeline-report=file/report.html")

    assert result.ret == 4
    result.stderr.fnmatch_lines(["*--pipeline-report=*file/report.html cannot be written (*"])
    assert not (pytester.path / ".pipeline").exists()


def test_a_configuration_error_leaves_no_earlier_report_and_the_configuration(
    run: Run, write: Write, pytester: pytest.Pytester
) -> None:
    page = f"<!DOCTYPE html>\n{PAGE_MARK}\nan earlier run"
    write({**GREEN, "pipeline.toml": "[stages.unit]\nbad = 1\n", "report.html": page})

    wrong = run("--pipeline", "--pipeline-report=pipeline.toml")
    result = run("--pipeline", "--pipeline-report=report.html")

    assert wrong.ret == result.ret == 4
    wrong.stderr.fnmatch_lines(["*--pipeline-report=*pipeline.toml is no name of a page*"])
    result.stderr.fnmatch_lines(["*stages.unit.bad: got an unknown key*"])
    assert not (pytester.path / "report.html").exists()


def test_a_missing_library_is_named_before_anything_runs(
    run: Run, write: Write, pytester: pytest.Pytester
) -> None:
    write({**GREEN, "hide.py": "import sys\nsys.modules['jinja2'] = None\n"})

    result = run("-p", "hide", "--pipeline", "--pipeline-report=report.html")

    assert result.ret == 4
    result.stderr.fnmatch_lines(["*pytest-pipeline-gates[[]report[]]*"])
    assert not (pytester.path / "report.html").exists()


def test_refused_evidence_is_reported(run: Run, write: Write, pytester: pytest.Pytester) -> None:
    write({**GREEN, "tests/e2e/test_b.py": "def test_it(): pass"})

    result = run("--pipeline-stage=e2e", "--pipeline-report=report.html", "--junitxml=j.xml")

    assert result.ret == 22
    page = (pytester.path / "report.html").read_text(encoding="utf-8")
    assert re.search(r"<h1>.*not released: .*unit.*</h1>", page)


def test_the_page_does_not_make_its_own_revision_stale(
    run: Run, write: Write, pytester: pytest.Pytester
) -> None:
    write({**GREEN, "tests/e2e/test_b.py": "def test_it(): pass", ".gitignore": "runpytest-*"})
    subprocess.run(["git", "init", "--quiet"], cwd=pytester.path, check=True)

    first = run("--pipeline-stage=unit", "--pipeline-report=report.html")
    second = run("--pipeline-stage=e2e", "--pipeline-report=report.html")

    assert (first.ret, second.ret) == (0, 0)
    assert (pytester.path / "report.html").exists()


@pytest.mark.parametrize("mode", MODES)
def test_ctrl_c_leaves_a_report(
    write: Write, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    write(
        {
            "tests/unit/test_a.py": """
                import pathlib, time
                def test_waits():
                    pathlib.Path("begun").touch()
                    time.sleep(60)
            """
        }
    )
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    arguments = ["-p", "pytest_pipeline.plugin", mode, "--pipeline-report=report.html"]
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=pytester.path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_for(pytester.path / "begun", process)

    os.kill(process.pid, signal.SIGINT)

    assert process.wait(timeout=60) == 2
    page = (pytester.path / "report.html").read_text(encoding="utf-8")
    assert re.search(r"<h1>.*: interrupted: .*</h1>", page)


def wait_for(file: Path, process: subprocess.Popen[bytes]) -> None:
    while not file.exists():
        try:
            process.wait(timeout=0.05)
        except subprocess.TimeoutExpired:
            continue
        pytest.fail(f"pytest ended early with {process.returncode}")


def test_a_module_that_cannot_be_imported_is_named_with_its_line(
    run: Run, write: Write, pytester: pytest.Pytester
) -> None:
    write({**GREEN, "tests/unit/test_b.py": "import nowhere_to_be_found"})

    result = run("--pipeline", "--pipeline-ci=github", "--pipeline-report=report.html")

    commands = [line for line in result.outlines if line.startswith("::error file=")]
    (command,) = commands
    assert command.startswith("::error file=tests/unit/test_b.py,line=1,title=stage unit")
    assert "No module named 'nowhere_to_be_found'" in command
    assert "nowhere_to_be_found" in (pytester.path / "report.html").read_text(encoding="utf-8")


def test_a_run_that_is_broken_off_leaves_a_report(
    run: Run, write: Write, pytester: pytest.Pytester
) -> None:
    refusing = """
        import pytest
        def pytest_collection_modifyitems():
            raise pytest.UsageError("not so")
    """
    write({**GREEN, "tests/unit/conftest.py": refusing})

    result = run("--pipeline", "--pipeline-report=report.html")

    assert result.ret == 4
    page = (pytester.path / "report.html").read_text(encoding="utf-8")
    assert re.search(r"<h1>.*: not released: .*not so.*</h1>", page)


def test_options_of_reports_do_nothing_on_their_own(run: Run, write: Write) -> None:
    write(GREEN)

    assert run("--pipeline-report=report.html").ret == 4
    assert run("--pipeline-ci=github").ret == 4


def test_a_run_that_asks_for_no_report_writes_and_imports_nothing_for_one(
    run: Run, write: Write, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(
        {
            "conftest.py": """
                import sys
                def pytest_unconfigure():
                    named = ("jinja2", "matplotlib", "pytest_pipeline.adapters.html_report",
                             "pytest_pipeline.adapters.ci_reports",
                             "pytest_pipeline.adapters.report_files")
                    print("LOADED", [each for each in named if each in sys.modules])
            """,
            **PROJECT,
        }
    )
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(pytester.path / "summary.md"))

    result = run("--pipeline-stage=unit", "--pipeline-ci=none", "-s")

    assert result.ret == 1
    result.stdout.fnmatch_lines(["*LOADED []"])
    result.stdout.no_re_match_line("^::")
    assert not (pytester.path / "summary.md").exists()
