"""Templates of pages; everything that comes from outside is escaped."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_pipeline.adapters.html_report import wording
from pytest_pipeline.domain.execution_reports import PAGE_MARK
from pytest_pipeline.domain.naming_some import some_of


def rendered(template: str, values: Mapping[str, object]) -> str:
    """Return a page.

    Args:
        template: Its file in the folder ``templates``.
        values: What it shows.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - of an extra

    environment = Environment(
        loader=PackageLoader("pytest_pipeline.adapters.html_report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "ms": wording.milliseconds,
        "s": wording.seconds,
        "count": wording.count,
        "some_of": some_of,
    }
    environment.globals["page_mark"] = PAGE_MARK
    return environment.get_template(template).render(values)
