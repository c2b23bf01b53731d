"""The page of a measurement of capacity."""

from __future__ import annotations

from pytest_pipeline.adapters.html_report import wording
from pytest_pipeline.adapters.html_report.libraries import demand_report_extra
from pytest_pipeline.adapters.html_report.plots.capacity_figure import capacity_figure
from pytest_pipeline.adapters.html_report.png import painted
from pytest_pipeline.adapters.html_report.rendering import rendered
from pytest_pipeline.adapters.html_report.svg import drawn
from pytest_pipeline.domain.capacity import CapacityReport
from pytest_pipeline.domain.capacity.load_objectives import in_words


def capacity_page(report: CapacityReport) -> str:
    """Return the page of a measurement: one file of HTML that asks for nothing else.

    The same report gives the same page.

    Args:
        report: What was measured.

    Raises:
        MissingExtraError: If the extra ``report`` is not installed.
    """
    demand_report_extra()
    finding = _finding(report)
    plots = None
    if report.capacities:
        plots = drawn(
            lambda: capacity_figure(report),
            name="capacity",
            description=f"Response times against the rate, and capacity by instances. {finding}",
        )
    values = {
        "report": report,
        "artifact": wording.short_digest(report.artifact),
        "objectives": [in_words(each) for each in report.objectives],
        "finding": finding,
        "plots": plots,
    }
    return rendered("capacity.html", values)


def capacity_picture(report: CapacityReport) -> bytes:
    """Return the plots of a measurement as a PNG.

    Args:
        report: What was measured; of one number of instances at least.

    Raises:
        MissingExtraError: If the extra ``report`` is not installed.
    """
    demand_report_extra()
    return painted(lambda: capacity_figure(report))


def _finding(report: CapacityReport) -> str:
    """Return the finding in a sentence."""
    said = [f"{each.said} by {each.instances}" for each in report.capacities]
    many = "instance" if [each.instances for each in report.capacities] == [1] else "instances"
    return f"Tasks a second: {wording.listed(said)} {many}." if said else "Nothing was measured."
