"""GitLab's metrics report: the measurements of all stages in the OpenMetrics text format.

GitLab splits each line at blanks and compares the texts of values, so that no label may hold one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from pytest_pipeline.domain.execution_reports import ExecutionReport
from pytest_pipeline.domain.measures import MEASURES

_PREFIX = "pipeline_"
_ABOUT = re.compile(r"^(?P<name>[^\[]*)(?:\[(?P<about>.*)\])?$", re.DOTALL)


def metrics_text(report: ExecutionReport) -> str:
    """Return the measurements of an execution as OpenMetrics, families in order of their names.

    Args:
        report: The execution.
    """
    families: dict[str, tuple[str, list[str]]] = {}
    for name, meaning, labels, value in _samples(report):
        told = ",".join(f'{key}="{_label(text)}"' for key, text in labels)
        families.setdefault(name, (meaning, []))[1].append(f"{name}{{{told}}} {value}")
    parts = []
    for name, (meaning, lines) in sorted(families.items()):
        about = [f"# HELP {name} {_help(meaning)}"] if meaning else []
        parts += [f"# TYPE {name} gauge", *about, *lines]
    return "\n".join([*parts, "# EOF"]) + "\n"


def _samples(report: ExecutionReport) -> Iterator[tuple[str, str, list[tuple[str, str]], str]]:
    for stage in report.stages:
        own = [("stage", stage.name)]
        promotes = str(int(stage.result.verdict.promotes))
        yield f"{_PREFIX}gate_promotes", "1 when the verdict is PASS or WARN", own, promotes
        for measure, value in stage.result.measurements.items():
            found = _ABOUT.match(measure)
            name, about = (found["name"], found["about"]) if found else (measure, None)
            known = MEASURES.get(name)
            labels = [*own, *([("of", about)] if about else [])]
            yield _name(name), known.meaning if known else "", labels, _number(value)
    for each in report.deployments:
        record = each.record
        labels = [("environment", record.environment), ("deployment", record.rehearsal or "only")]
        for name, count in (("lost", record.lost_requests), ("error", record.error_requests)):
            yield f"{_PREFIX}deployment_{name}_requests", "", labels, str(count)
        yield f"{_PREFIX}deployment_duration_s", "", labels, _number(record.duration_s)


def _name(measure: str) -> str:
    return _PREFIX + re.sub(r"[^a-zA-Z0-9_]", "_", measure)


def _number(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return f"{value:.6g}" if value != int(value) else str(int(value))


def _label(text: str) -> str:
    return re.sub(r"\s", "_", text).replace("\\", "\\\\").replace('"', '\\"')


def _help(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", " ")
