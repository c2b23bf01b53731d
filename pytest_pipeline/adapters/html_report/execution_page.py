"""The page of an execution."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from pytest_pipeline.adapters.html_report import wording
from pytest_pipeline.adapters.html_report.comparisons import Comparison, comparisons
from pytest_pipeline.adapters.html_report.libraries import demand_report_extra
from pytest_pipeline.adapters.html_report.panels import Panel, panel
from pytest_pipeline.adapters.html_report.plots.load_figure import load_figure
from pytest_pipeline.adapters.html_report.plots.scales import Scales, scales_of
from pytest_pipeline.adapters.html_report.rendering import rendered
from pytest_pipeline.adapters.html_report.svg import drawn
from pytest_pipeline.adapters.html_report.test_digest import Room, TestDigest, digest
from pytest_pipeline.adapters.html_report.test_rows import rows_as_json
from pytest_pipeline.adapters.html_report.time_bars import time_bars
from pytest_pipeline.domain.deciding import decided_by
from pytest_pipeline.domain.execution_reports import (
    ExecutionReport,
    ReportedDeployment,
    ReportedStage,
)
from pytest_pipeline.domain.gates import Gate
from pytest_pipeline.domain.load import LoadResult
from pytest_pipeline.domain.measures import MEASURES
from pytest_pipeline.domain.naming_some import first_of
from pytest_pipeline.domain.request_bands import ReleasePair, releases_of

if TYPE_CHECKING:
    from markupsafe import Markup

#: How much of what decided stands at the head of a stage; all objectives stand below it.
_REASONS = 3


@dataclass(frozen=True)
class _Load:
    """A load test on the page."""

    nodeid: str
    result: LoadResult
    figure: Markup | None
    comparisons: tuple[Comparison, ...] = ()


@dataclass(frozen=True)
class _Stage:
    """A stage on the page."""

    anchor: str
    stage: ReportedStage
    decided_by: tuple[str, ...]
    tests: TestDigest
    loads: tuple[_Load, ...]


@dataclass(frozen=True)
class _Deployment:
    """A deployment on the page."""

    anchor: str
    deployment: ReportedDeployment
    title: str
    releases: ReleasePair | None
    panel: Panel | None


def execution_page(report: ExecutionReport) -> str:
    """Return the page of an execution: one file of HTML that asks for nothing else.

    Args:
        report: The execution.

    Raises:
        MissingExtraError: If the extra ``report`` is not installed.
    """
    from markupsafe import Markup  # noqa: PLC0415 - of an extra

    demand_report_extra()
    script = files(__package__).joinpath("templates/tests.js").read_text(encoding="utf-8")
    steps = list(_steps(report))
    values = {
        "report": report,
        "steps": steps,
        "stages": [each for each in steps if isinstance(each, _Stage)],
        "deployments": [each for each in steps if isinstance(each, _Deployment)],
        "bars": time_bars(report),
        "artifact": wording.short_digest(report.artifact or ""),
        "tree": wording.short_digest(report.tree),
        "tests": sum(len(each.records) for each in report.stages),
        "units": {name: each.unit for name, each in MEASURES.items()},
        # Both are made of our own text, or escaped for the place where they stand.
        "script": Markup(script),  # noqa: S704 - a file of ours
        "script_hash": _hash(script),
        "rows": Markup(rows_as_json(report.stages)),  # noqa: S704 - escaped there
    }
    return rendered("execution.html", values).encode("utf-8", "replace").decode()


def _hash(script: str) -> str:
    """Return what allows this script, and no other, to be run."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _steps(report: ExecutionReport) -> Iterator[_Stage | _Deployment]:
    room = Room()
    courses = [each.course for each in report.deployments if each.course is not None]
    scales = scales_of(courses)
    for number, step in enumerate(report.steps, start=1):
        if isinstance(step, ReportedStage):
            yield _stage(step, f"s{number}", room, report.folder)
        else:
            yield _deployment(step, f"d{number}", scales)


def _stage(stage: ReportedStage, anchor: str, room: Room, folder: str) -> _Stage:
    loads = tuple(
        _load(nodeid, result, f"{anchor}-load{number}", stage.gate)
        for number, (nodeid, result) in enumerate(stage.result.run.loads, start=1)
    )
    tests = digest(stage, room, folder=folder)
    return _Stage(anchor, stage, first_of(decided_by(stage.result), _REASONS), tests, loads)


def _load(nodeid: str, result: LoadResult, name: str, gate: Gate | None) -> _Load:
    shape = result.shape
    compared = comparisons(result, gate, name)
    if shape is None or not shape.moments:
        return _Load(nodeid, result, None, compared)
    description = (
        f"Load test {nodeid}: {result.requests} requests, of these {result.failures} failed; "
        f"median {wording.milliseconds(result.p50_ms)}, 95th percentile "
        f"{wording.milliseconds(result.p95_ms)}, longest {wording.milliseconds(result.max_ms)}."
    )
    figure = drawn(lambda: load_figure(result, shape), name=name, description=description)
    return _Load(nodeid, result, figure, compared)


def _deployment(deployment: ReportedDeployment, anchor: str, scales: Scales) -> _Deployment:
    record, course = deployment.record, deployment.course
    leg = f" ({record.rehearsal})" if record.rehearsal else ""
    title = f"{record.environment}: {record.candidate} by {record.strategy}{leg}"
    if course is None:
        return _Deployment(anchor, deployment, title, None, None)
    releases = releases_of(course)
    drawing = panel(course, releases, scales, title=title, name=anchor)
    return _Deployment(anchor, deployment, title, releases, drawing)
