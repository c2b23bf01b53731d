"""The composition root: the only place that picks adapters."""

from pytest_pipeline.wiring.baselines import baseline_measuring, measures_baseline
from pytest_pipeline.wiring.changes import history
from pytest_pipeline.wiring.ci_workflows import (
    CI_SYSTEMS,
    ci_pipeline,
    ci_workflow,
    generated_file,
    install_command,
)
from pytest_pipeline.wiring.comparisons import (
    ComparisonOrder,
    compare_strategies,
    comparison_folder,
    comparison_table,
    comparison_text,
    demand_pages,
    print_comparison,
    print_recommendation,
    print_textbook,
    progress_beside,
)
from pytest_pipeline.wiring.drills import drill_toolbox, keep_logs, prepare_small_disk
from pytest_pipeline.wiring.durations import durations_file
from pytest_pipeline.wiring.executions import (
    begin_execution,
    draft_execution,
    interpreter,
    load_runner,
)
from pytest_pipeline.wiring.gates import gates_at
from pytest_pipeline.wiring.handing_over import exported, imported, prune
from pytest_pipeline.wiring.load_workers import serve_load_tests
from pytest_pipeline.wiring.reports import (
    ReportPlaces,
    annotation_commands,
    demand_page,
    execution_report,
    write_gitlab,
    write_page,
    write_step_summary,
)
from pytest_pipeline.wiring.roots import load_pipeline, required_root
from pytest_pipeline.wiring.screens import (
    print_explanation,
    print_pipeline,
    print_plan,
    print_plans,
    print_summary,
    print_table,
    print_verification,
    progress_on,
    standard_console,
    standard_progress,
)
from pytest_pipeline.wiring.selftests import print_selftest, selftest_sessions
from pytest_pipeline.wiring.signing import (
    demand_key_place,
    key_in,
    signer_apart,
    signer_of,
    take_key,
    trust_signer,
    write_new_key,
)
from pytest_pipeline.wiring.toolbox import WiredToolbox, toolbox
from pytest_pipeline.wiring.verifying import believed_by, check_on_disk, demanding_at

__all__ = [
    "CI_SYSTEMS",
    "ComparisonOrder",
    "ReportPlaces",
    "WiredToolbox",
    "annotation_commands",
    "baseline_measuring",
    "begin_execution",
    "believed_by",
    "check_on_disk",
    "ci_pipeline",
    "ci_workflow",
    "compare_strategies",
    "comparison_folder",
    "comparison_table",
    "comparison_text",
    "demand_key_place",
    "demand_page",
    "demand_pages",
    "demanding_at",
    "draft_execution",
    "drill_toolbox",
    "durations_file",
    "execution_report",
    "exported",
    "gates_at",
    "generated_file",
    "history",
    "imported",
    "install_command",
    "interpreter",
    "keep_logs",
    "key_in",
    "load_pipeline",
    "load_runner",
    "measures_baseline",
    "prepare_small_disk",
    "print_comparison",
    "print_explanation",
    "print_pipeline",
    "print_plan",
    "print_plans",
    "print_recommendation",
    "print_selftest",
    "print_summary",
    "print_table",
    "print_textbook",
    "print_verification",
    "progress_beside",
    "progress_on",
    "prune",
    "required_root",
    "selftest_sessions",
    "serve_load_tests",
    "signer_apart",
    "signer_of",
    "standard_console",
    "standard_progress",
    "take_key",
    "toolbox",
    "trust_signer",
    "write_gitlab",
    "write_new_key",
    "write_page",
    "write_step_summary",
]
