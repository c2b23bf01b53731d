"""The page of one deployment."""

from __future__ import annotations

from pytest_pipeline.adapters.html_report import wording
from pytest_pipeline.adapters.html_report.libraries import demand_report_extra
from pytest_pipeline.adapters.html_report.panels import panel
from pytest_pipeline.adapters.html_report.plots.scales import scales_of
from pytest_pipeline.adapters.html_report.rendering import rendered
from pytest_pipeline.domain.courses import Course
from pytest_pipeline.domain.deployments import DeploymentRecord
from pytest_pipeline.domain.request_bands import releases_of


def deployment_page(record: DeploymentRecord, course: Course) -> str:
    """Return the page of one deployment: one file of HTML that asks for nothing else.

    Args:
        record: What the deployment came to.
        course: What happened.

    Raises:
        MissingExtraError: If the extra ``report`` is not installed.
    """
    demand_report_extra()
    title = f"{record.environment}: {record.candidate} by {record.strategy}"
    values = {
        "record": record,
        "releases": releases_of(course),
        "artifact": wording.short_digest(record.artifact),
        "panel": panel(
            course, releases_of(course), scales_of([course]), title=title, name="deployment"
        ),
    }
    return rendered("deployment.html", values)
