"""The libraries of the extra ``report``."""

from __future__ import annotations

from importlib.util import find_spec

from pytest_pipeline.errors import MissingExtraError


def demand_report_extra() -> None:
    """Find out whether pages can be made.

    Raises:
        MissingExtraError: If a library of the extra is not installed.
    """
    if any(find_spec(each) is None for each in ("matplotlib", "jinja2")):
        raise MissingExtraError("a report in HTML", "report")
