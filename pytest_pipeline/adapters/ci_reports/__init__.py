"""What CI systems show of an execution: written from its report, judged by nobody here."""

from pytest_pipeline.adapters.ci_reports.github_annotations import annotation_commands
from pytest_pipeline.adapters.ci_reports.gitlab_metrics import metrics_text
from pytest_pipeline.adapters.ci_reports.gitlab_quality import code_quality
from pytest_pipeline.adapters.ci_reports.step_summary import append_summary, step_summary

__all__ = ["annotation_commands", "append_summary", "code_quality", "metrics_text", "step_summary"]
