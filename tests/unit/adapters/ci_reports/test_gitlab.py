"""What GitLab reads: a metrics report, and missed objectives as findings."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace

from pytest_pipeline.adapters.ci_reports import code_quality, metrics_text
from tests.component.adapters.html_report.reported import RECORDS, deployment, report, stage

SAMPLE = re.compile(
    r'[a-z_][a-z0-9_]*\{(?:[a-z]+="(?:[^"\\\s]|\\.)*",?)+\} (?:-?[0-9.e+-]+|NaN|[+-]Inf)'
)


def test_every_measurement_is_a_sample_of_a_declared_family() -> None:
    lines = metrics_text(report()).splitlines()
    samples = [line for line in lines if not line.startswith("#")]
    families = re.findall(r"# TYPE (\S+) gauge", "\n".join(lines))

    assert lines[-1] == "# EOF"
    assert all(SAMPLE.fullmatch(each) for each in samples)
    assert [name for name in families if families.count(name) > 1] == []
    assert {each.split("{")[0] for each in samples} == set(families)
    assert 'pipeline_tests_failed{stage="unit"} 1' in lines
    assert 'pipeline_gate_promotes{stage="component"} 1' in lines
    assert 'pipeline_deployment_lost_requests{environment="staging",deployment="only"} 0' in lines


def test_samples_of_a_family_stand_together() -> None:
    lines = metrics_text(report()).splitlines()
    names = [line.split("{")[0] for line in lines if not line.startswith("#")]

    assert names == sorted(names)


def test_a_line_is_two_words_whatever_labels_hold() -> None:
    plain = stage('e 2"e\\', RECORDS[:1])
    values = {"coverage.percent[orders/a b]": 81.25, "custom.odd": math.nan, "custom.far": math.inf}
    told = report(replace(plain, result=replace(plain.result, measurements=values)), deployment())

    lines = [each for each in metrics_text(told).splitlines() if not each.startswith("#")]

    assert all(len(each.split()) == 2 and SAMPLE.fullmatch(each) for each in lines)
    assert r'pipeline_coverage_percent{stage="e_2\"e\\",of="orders/a_b"} 81.25' in lines
    assert r'pipeline_custom_odd{stage="e_2\"e\\"} NaN' in lines
    assert r'pipeline_custom_far{stage="e_2\"e\\"} +Inf' in lines


def test_missed_objectives_are_findings_in_the_documented_form() -> None:
    finding, flaky = json.loads(code_quality(report(), path="svc/pyproject.toml"))

    assert (
        finding.pop("fingerprint")
        == json.loads(code_quality(report(execution="another"), path="svc/pyproject.toml"))[0][
            "fingerprint"
        ]
    )
    assert finding == {
        "description": "stage unit is FAIL: tests.failed: 1, wanted == 0",
        "check_name": "pipeline.unit.tests.failed",
        "severity": "critical",
        "location": {"path": "svc/pyproject.toml", "lines": {"begin": 1}},
    }
    assert (flaky["check_name"], flaky["severity"]) == ("pipeline.unit.tests.flaky", "minor")


def test_problems_of_a_run_are_blockers() -> None:
    told = report(stage("unit", RECORDS[:1], problems=("died of SIGKILL",)))

    found = json.loads(code_quality(told, path="pipeline.toml"))

    assert [each["severity"] for each in found] == ["blocker"]
    assert "died of SIGKILL" in found[0]["description"]


def test_what_passed_is_no_finding() -> None:
    assert json.loads(code_quality(report(stage("unit", RECORDS[:1])), path="x")) == []
