"""The files that this pytest was told to write: they do not count to the revision."""

from __future__ import annotations

from pathlib import Path

import pytest

#: Options of pytest, its usual companions and our own that name a file or folder to write.
_OPTIONS = (
    "xmlpath", "pipeline_summary", "log_file", "basetemp", "htmlpath", "json_report_file",
    "benchmark_json", "report_log", "allure_report_dir", "debug",
)  # fmt: skip


def written_files(config: pytest.Config) -> tuple[Path, ...]:
    """Return the absolute paths that options name, relative to where pytest was started."""
    named = [config.getoption(option, None) for option in _OPTIONS]
    named += [target for target in _coverage_targets(config) if target]
    start = config.invocation_params.dir
    return tuple(start / str(each) for each in named if isinstance(each, str | Path) and each)


def _coverage_targets(config: pytest.Config) -> list[str]:
    """Return the places of ``--cov-report=KIND:PLACE``."""
    reports = config.getoption("cov_report", None) or {}
    return [str(place) for place in reports.values()] if isinstance(reports, dict) else []
