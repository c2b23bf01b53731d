"""What this session's coverage data say of each file, from coverage.py's own JSON report."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pytest_pipeline.domain.coverage import FileCoverage, module_of
from pytest_pipeline.plugin.coverage_link import measuring_coverage


@dataclass(frozen=True)
class CoverageData:
    """Every measured file.

    Attributes:
        files: The files.
        branches: Whether branches were measured.
    """

    files: tuple[FileCoverage, ...]
    branches: bool


class NoCoverageError(Exception):
    """Coverage was not measured, or what was measured cannot be read; says why."""


def coverage_data(config: pytest.Config, root: Path) -> CoverageData:
    """Return what was measured, all workers' and combined.

    Args:
        config: Of the session that ran the stage.
        root: The service root.

    Raises:
        NoCoverageError: If there is nothing to read, or a file of it cannot be read.
    """
    coverage = measuring_coverage(config)
    if coverage is None:
        raise NoCoverageError("coverage was not measured: run with --cov")
    from coverage.exceptions import CoverageException  # noqa: PLC0415 - there when pytest-cov is

    with tempfile.TemporaryDirectory(prefix="pytest-pipeline-") as folder:
        file = Path(folder) / "coverage.json"
        try:
            # a file that is gone must not make the rest look better
            coverage.json_report(outfile=str(file), ignore_errors=False)
            report = json.loads(file.read_text(encoding="utf-8"))
        except (CoverageException, OSError, ValueError) as error:
            raise NoCoverageError(f"the coverage data cannot be read: {error}") from error
    start = config.invocation_params.dir
    roots = _import_roots(root)
    files = [
        _file(start / name, each, root.resolve(), roots) for name, each in report["files"].items()
    ]
    return CoverageData(tuple(files), bool(report["meta"]["branch_coverage"]))


def _import_roots(root: Path) -> tuple[str, ...]:
    folders = [*map(Path, sys.path), root, root / "src"]
    return tuple(dict.fromkeys(each.resolve().as_posix() for each in folders))


def _file(
    path: Path, report: Mapping[str, Any], root: Path, roots: tuple[str, ...]
) -> FileCoverage:
    path = path.resolve()
    return FileCoverage(
        path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix(),
        module_of(path.as_posix(), roots),
        frozenset(report["executed_lines"]),
        frozenset(report["missing_lines"]),
        int(report["summary"].get("num_branches", 0)),
        int(report["summary"].get("covered_branches", 0)),
    )
