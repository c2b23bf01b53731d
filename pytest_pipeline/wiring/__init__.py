"""The composition root: the only place that picks adapters."""

from pytest_pipeline.wiring.drills import drill_toolbox, keep_logs, prepare_small_disk
from pytest_pipeline.wiring.executions import (
    begin_execution,
    draft_execution,
    interpreter,
    load_runner,
)
from pytest_pipeline.wiring.roots import load_pipeline, required_root
from pytest_pipeline.wiring.screens import (
    print_pipeline,
    print_plan,
    print_plans,
    print_summary,
    print_table,
    progress_on,
    standard_console,
    standard_progress,
)
from pytest_pipeline.wiring.toolbox import WiredToolbox, toolbox

__all__ = [
    "WiredToolbox",
    "begin_execution",
    "draft_execution",
    "drill_toolbox",
    "interpreter",
    "keep_logs",
    "load_pipeline",
    "load_runner",
    "prepare_small_disk",
    "print_pipeline",
    "print_plan",
    "print_plans",
    "print_summary",
    "print_table",
    "progress_on",
    "required_root",
    "standard_console",
    "standard_progress",
    "toolbox",
]
