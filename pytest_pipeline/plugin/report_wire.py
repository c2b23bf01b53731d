"""Reports and warnings as JSON values and back, without loss that anyone looks at."""

from __future__ import annotations

import importlib
import sys
import warnings
from types import SimpleNamespace
from typing import Any

import pytest

Location = tuple[str, int | None, str]
Report = pytest.TestReport | pytest.CollectReport


def report_to_data(config: pytest.Config, report: Report) -> dict[str, Any]:
    """Return a report as JSON-able data, its worker named apart."""
    node = vars(report).pop("node", None)  # pytest-xdist's worker: not serialisable
    data: dict[str, Any] = config.hook.pytest_report_to_serializable(config=config, report=report)
    if node is not None:
        report.node = node  # type: ignore[union-attr]  # reports carry what plugins put on them
        data["worker_id"] = node.gateway.id
    return data


class ReportReader:
    """Rebuilds the reports of one stage."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._nodes: dict[str, WorkerNode] = {}

    def read(self, data: dict[str, Any]) -> Any:  # noqa: ANN401 - which report is in the data
        """Return the report that ``report_to_data`` was given."""
        worker = data.pop("worker_id", None)
        report = self._config.hook.pytest_report_from_serializable(config=self._config, data=data)
        if isinstance(report.longrepr, list):  # a skip's tuple, which JSON does not know
            report.longrepr = tuple(report.longrepr)
        if "location" in vars(report):
            report.location = tuple(report.location)
        if worker is not None:
            report.worker_id = worker
            report.node = self._nodes.setdefault(worker, WorkerNode(worker))
        return report


class WorkerNode:
    """What terminal and junitxml look at of the worker that ran a test; hashable by identity."""

    def __init__(self, worker: str) -> None:
        self.gateway = SimpleNamespace(id=worker)
        self.workerinfo = {
            "id": worker,
            "sysplatform": sys.platform,
            "version_info": tuple(sys.version_info),
            "executable": sys.executable,
        }


def warning_to_data(message: warnings.WarningMessage) -> dict[str, Any]:
    """Return a recorded warning as JSON-able data."""
    return {
        "module": message.category.__module__,
        "category": message.category.__qualname__,
        "text": str(message.message),
        "filename": message.filename,
        "lineno": message.lineno,
    }


def warning_from_data(data: dict[str, Any]) -> warnings.WarningMessage:
    """Rebuild a warning; a category that cannot be imported here is made up, by its name."""
    try:
        category = getattr(importlib.import_module(data["module"]), data["category"])
    except (ImportError, AttributeError):
        category = type(data["category"], (Warning,), {"__module__": data["module"]})
    return warnings.WarningMessage(data["text"], category, data["filename"], data["lineno"])


def location_of(given: list[Any] | tuple[Any, ...]) -> Location:
    """Return a test's location as pytest has it."""
    path, line, name = given
    return (path, line, name)
