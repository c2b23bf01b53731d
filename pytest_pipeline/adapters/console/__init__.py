"""What people see on a terminal: progress while it runs, one screen at the end."""

from pytest_pipeline.adapters.console.capacity import render_capacity
from pytest_pipeline.adapters.console.comparison import (
    render_comparison,
    render_recommendation,
    render_textbook,
)
from pytest_pipeline.adapters.console.explanation import render_explanation
from pytest_pipeline.adapters.console.listing import render_pipeline, render_plans
from pytest_pipeline.adapters.console.progress import ConsoleProgress
from pytest_pipeline.adapters.console.selftest import render_selftest
from pytest_pipeline.adapters.console.summary import render_summary
from pytest_pipeline.adapters.console.verification import render_verification

__all__ = [
    "ConsoleProgress",
    "render_capacity",
    "render_comparison",
    "render_explanation",
    "render_pipeline",
    "render_plans",
    "render_recommendation",
    "render_selftest",
    "render_summary",
    "render_textbook",
    "render_verification",
]
