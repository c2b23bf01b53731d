"""Reports as files."""

from __future__ import annotations

from pathlib import Path

from pytest_pipeline.domain.comparisons import Comparison
from pytest_pipeline.domain.courses import Course
from pytest_pipeline.domain.deployments import DeploymentRecord
from pytest_pipeline.errors import StateError

# ruff: noqa: PLC0415 - adapters are imported when they are first needed


def write_comparison(comparison: Comparison, file: Path) -> None:
    """Write the page of a comparison.

    Raises:
        MissingExtraError: If the extra ``report`` is not installed.
        StateError: If the file cannot be written.
    """
    from pytest_pipeline.adapters.html_report import comparison_page

    _write(comparison_page(comparison), file)


def write_deployment(record: DeploymentRecord, course: Course, file: Path) -> None:
    """Write the page of one deployment.

    Raises:
        MissingExtraError: If the extra ``report`` is not installed.
        StateError: If the file cannot be written.
    """
    from pytest_pipeline.adapters.html_report import deployment_page

    _write(deployment_page(record, course), file)


def _write(page: str, file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(page, encoding="utf-8")
    except OSError as error:
        raise StateError(
            f"the page {file} cannot be written ({error.strerror or error}); "
            "name a file in a folder that is yours"
        ) from error
