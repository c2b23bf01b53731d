"""GitLab's code quality report: objectives that were missed, as findings of the configuration.

Failing tests are not in it: GitLab takes those from the JUnit report.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from pytest_pipeline.domain.execution_reports import ExecutionReport
from pytest_pipeline.domain.gates import ObjectiveResult
from pytest_pipeline.domain.verdicts import Verdict

_SEVERITIES: Mapping[Verdict, str] = {
    Verdict.WARN: "minor",
    Verdict.INCONCLUSIVE: "critical",
    Verdict.FAIL: "critical",
    Verdict.ERROR: "blocker",
}


def code_quality(report: ExecutionReport, *, path: str) -> str:
    """Return the objectives that did not pass as a JSON list of findings.

    Args:
        report: The execution.
        path: Path of the configuration, relative to the repository's root: where gates are written.
    """
    findings = []
    for stage in report.stages:
        findings += [
            _finding(stage.name, each, path)
            for each in stage.result.objectives
            if each.verdict in _SEVERITIES
        ]
        for problem in stage.result.run.problems:
            missed = ObjectiveResult("run", None, Verdict.ERROR, problem)
            findings.append(_finding(stage.name, missed, path))
    return json.dumps(findings, indent=2) + "\n"


def _finding(stage: str, result: ObjectiveResult, path: str) -> dict[str, object]:
    told = result.reason if result.measure == "run" else f"{result.measure}: {result.reason}"
    about = f"{stage}\n{result.measure}" + (f"\n{told}" if result.measure == "run" else "")
    return {
        "description": f"stage {stage} is {result.verdict}: {told}",
        "check_name": f"pipeline.{stage}.{result.measure}",
        "fingerprint": hashlib.sha256(about.encode()).hexdigest(),
        "severity": _SEVERITIES[result.verdict],
        "location": {"path": path, "lines": {"begin": 1}},
    }
