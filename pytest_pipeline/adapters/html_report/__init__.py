"""Reports as pages of HTML: one file each, opened offline. Needs the extra ``report``."""

from pytest_pipeline.adapters.html_report.capacity_page import capacity_page, capacity_picture
from pytest_pipeline.adapters.html_report.comparison_page import comparison_page
from pytest_pipeline.adapters.html_report.execution_page import execution_page

__all__ = ["capacity_page", "capacity_picture", "comparison_page", "execution_page"]
