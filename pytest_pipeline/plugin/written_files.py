"""The files that this pytest was told to write: they do not count to the revision."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path

import pytest

#: Options of pytest, its usual companions and our own that name a file or folder to write.
_OPTIONS = (
    "xmlpath", "pipeline_summary", "pipeline_report", "log_file", "basetemp", "htmlpath",
    "json_report_file",
    "benchmark_json", "report_log", "allure_report_dir", "debug",
)  # fmt: skip


def written_files(config: pytest.Config) -> tuple[Path, ...]:
    """Return the absolute paths that options name, relative to where pytest was started."""
    named = [config.getoption(option, None) for option in _OPTIONS]
    named += [target for target in _coverage_targets(config) if target]
    start = config.invocation_params.dir
    named += _held_open()
    return tuple(start / str(each) for each in named if isinstance(each, str | Path) and each)


def _held_open() -> list[str]:
    """Return the files that this process holds open for writing: its output, sent to a file."""
    files = []
    for link in Path("/proc/self/fd").glob("*"):  # Linux; elsewhere there is none
        with suppress(OSError):
            writes = fcntl.fcntl(int(link.name), fcntl.F_GETFL) & os.O_ACCMODE != os.O_RDONLY
            if writes and link.is_file():
                files.append(str(link.readlink()))
    return files


#: Where pytest-cov writes reports whose place is not given.
_COVERAGE_DEFAULTS = {
    "html": "htmlcov",
    "json": "coverage.json",
    "lcov": "coverage.lcov",
    "xml": "coverage.xml",
}


def _coverage_targets(config: pytest.Config) -> list[str]:
    """Return the places of ``--cov-report=KIND:PLACE``."""
    reports = config.getoption("cov_report", None)
    if not isinstance(reports, dict):
        return []
    return [str(place or _COVERAGE_DEFAULTS.get(kind, "")) for kind, place in reports.items()]
