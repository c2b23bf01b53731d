"""The page of a comparison of strategies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pytest_pipeline.adapters.html_report import wording
from pytest_pipeline.adapters.html_report.libraries import demand_report_extra
from pytest_pipeline.adapters.html_report.panels import Panel, panel
from pytest_pipeline.adapters.html_report.plots.overview_figure import overview_figure
from pytest_pipeline.adapters.html_report.plots.scales import Scales, scales_of
from pytest_pipeline.adapters.html_report.rendering import rendered
from pytest_pipeline.adapters.html_report.svg import drawn
from pytest_pipeline.domain.comparisons import ComparedStrategy, Comparison, StrategyFigures
from pytest_pipeline.domain.courses import Course
from pytest_pipeline.domain.deployments import DeploymentStatus
from pytest_pipeline.domain.request_bands import ReleasePair, releases_of
from pytest_pipeline.domain.textbook import TEXTBOOK, Characteristics


@dataclass(frozen=True)
class _Section:
    """A strategy on the page."""

    anchor: str
    figures: StrategyFigures
    releases: ReleasePair
    textbook: Characteristics | None
    panels: tuple[Panel, ...]


def comparison_page(comparison: Comparison) -> str:
    """Return the page of a comparison: one file of HTML that asks for nothing else.

    The same comparison gives the same page.

    Args:
        comparison: The comparison.

    Raises:
        MissingExtraError: If the extra ``report`` is not installed.
    """
    demand_report_extra()
    scales = scales_of(_courses(comparison))
    sections = [
        _section(each, f"s{number}", scales)
        for number, each in enumerate(comparison.strategies, start=1)
    ]
    overview = None
    if comparison.strategies:
        overview = drawn(
            lambda: overview_figure(comparison.strategies),
            name="overview",
            description=f"Who answered during each deployment. {_finding(comparison)}",
        )
    values = {
        "comparison": comparison,
        "artifact": wording.short_digest(comparison.artifact),
        "finding": _finding(comparison),
        "sections": sections,
        "overview": overview,
    }
    return rendered("comparison.html", values)


def _courses(comparison: Comparison) -> Iterator[Course]:
    for each in comparison.strategies:
        yield each.deployment
        if each.rollback:
            yield each.rollback


def _section(compared: ComparedStrategy, name: str, scales: Scales) -> _Section:
    releases = releases_of(compared.deployment)
    strategy = compared.figures.strategy
    panels = [
        panel(compared.deployment, releases, scales, title=f"{strategy}, deployment", name=name)
    ]
    if compared.rollback:
        back = compared.rollback
        title = f"{strategy}, way back"
        panels.append(panel(back, releases, scales, title=title, name=f"{name}-back"))
    return _Section(name, compared.figures, releases, TEXTBOOK.get(strategy), tuple(panels))


def _finding(comparison: Comparison) -> str:
    """Return the finding in one sentence or two: who lost requests, and what is not valid."""
    figures = [each.figures for each in comparison.strategies]
    invalid = [each.strategy for each in figures if each.problems]
    failed = [each.strategy for each in figures if each.failure]
    useful = [each for each in figures if not each.problems and each.requests]
    valid = [each for each in useful if each.status == DeploymentStatus.SUCCEEDED]
    clean = [each.strategy for each in valid if not each.lost_requests]
    losing = [
        f"{each.strategy} lost {each.lost_requests:,} of {each.requests or 0:,}"
        for each in valid
        if each.lost_requests
    ]
    parts = []
    if clean:
        parts.append(f"{wording.listed(clean)} lost no request")
    parts += losing
    said = f"{'; '.join(parts)}." if parts else "Nothing was measured."
    if invalid:
        said += f" Not valid: {wording.listed(invalid)}."
    if failed:
        said += f" Failed: {wording.listed(failed)}."
    return said[0].upper() + said[1:]
