"""What tests share that run pytest with the plugin in a project of their own."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

import pytest

#: Plugins of other people that a test may ask for.
NEIGHBOURS = {
    "cov": "pytest_cov.plugin",
    "rerunfailures": "pytest_rerunfailures",
    "retry": "pytest_retry.retry_plugin",
    "xdist": "xdist.plugin",
}

_OURS = (
    *("PYTEST_ADDOPTS", "PYTHONDONTWRITEBYTECODE", "FORCE_COLOR", "COVERAGE_FILE"),
    *("PYTEST_PIPELINE_KEY", "PYTEST_PIPELINE_KEY_FILE"),
)
#: With them the pipelines of tests would report to the job that runs the tests.
_OF_CI_SYSTEMS = ("CI", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE", "GITLAB_CI")

Run = Callable[..., pytest.RunResult]
Write = Callable[..., None]


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run pytest in the test's project, with the plugin and the named neighbours alone.

    Without whatever else is installed, whose imports would be most of the time.
    """
    for name in (*_OURS, *_OF_CI_SYSTEMS):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def run_pytest(*arguments: str, beside: tuple[str, ...] = ()) -> pytest.RunResult:
        plugins = ["pytest_pipeline.plugin", *(NEIGHBOURS[name] for name in beside)]
        loaded = [part for plugin in plugins for part in ("-p", plugin)]
        return pytester.runpytest_subprocess(*loaded, *arguments, timeout=120)

    return run_pytest


@pytest.fixture
def write(pytester: pytest.Pytester) -> Write:
    """Write the files of a project, by path; its ini file makes it its own root."""

    def write_files(files: dict[str, str], *, ini: str = "") -> None:
        pytester.makeini(f"[pytest]\n{ini}")
        for name, content in files.items():
            path = pytester.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(content))

    return write_files
