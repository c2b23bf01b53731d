"""PyPI's unrelated `pytest-pipeline` ships the same import package: never run beside it."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

import pytest


def refuse_namesake() -> None:
    """Refuse to run a pipeline where the files of both packages may be mixed.

    Raises:
        pytest.UsageError: If the distribution ``pytest-pipeline`` is installed.
    """
    try:
        found = version("pytest-pipeline")
    except PackageNotFoundError:
        return
    raise pytest.UsageError(
        f"the unrelated distribution pytest-pipeline {found} is installed; it overwrites files of "
        "pytest-pipeline-gates, which ships the same import package pytest_pipeline. Run: "
        "pip uninstall pytest-pipeline && pip install --force-reinstall pytest-pipeline-gates"
    )
