"""Annotations: every failure a line, none of which a text can break out of."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_pipeline.adapters.ci_reports.github_annotations import (
    MOST,
    annotation_commands,
    workflow_command,
)
from pytest_pipeline.domain.test_records import TestAttempt
from tests.component.adapters.html_report.reported import (
    FAILED,
    RECORDS,
    a_test,
    many_records,
    report,
    stage,
)


def test_a_failing_test_is_annotated_at_its_line_and_its_gate_after_it() -> None:
    commands = annotation_commands(report(folder="services/orders"))

    assert len(commands) == 2
    assert commands[0].startswith(
        "::error file=services/orders/tests/unit/test_pricing.py,line=17,"
        "title=stage unit%3A tests/unit/test_pricing.py%3A%3Atest_price::assert 11 == 12%0A%0A"
    )
    assert commands[1] == "::error title=stage unit is FAIL::tests.failed: 1, wanted == 0"


def test_there_are_ten_at_most_and_the_gate_is_among_them() -> None:
    commands = annotation_commands(report(stage("unit", many_records(2000))))

    assert len(commands) == MOST
    assert "title=stage unit is FAIL" in commands[-1]


def test_what_failed_beside_stages_is_annotated() -> None:
    told = report(stage("unit", RECORDS[:1]), failures=("deployment to staging failed: 50%",))

    assert annotation_commands(told) == (
        "::error title=pipeline::deployment to staging failed: 50%25",
    )


def test_stages_with_warnings_are_warnings_beside_the_errors_and_bounded_as_they_are() -> None:
    warned = stage("unit", RECORDS[2:3])

    commands = annotation_commands(report(*[warned] * (MOST + 1), stage("e2e", RECORDS[1:2])))

    assert sum(each.startswith("::warning ") for each in commands) == MOST
    assert commands[0].startswith("::warning title=stage unit is WARN::tests.flaky: 1 ")
    assert commands[-1].startswith("::error title=stage e2e is FAIL")


def test_nothing_failed_nothing_is_said() -> None:
    assert annotation_commands(report(stage("unit", RECORDS[:1]), failures=())) == ()


@given(st.text(), st.text(), st.text())
def test_no_text_breaks_out_of_its_line_or_its_property(file: str, title: str, text: str) -> None:
    command = workflow_command(text, file=file, title=title)

    assert "\n" not in command
    assert "\r" not in command
    head, message = re.fullmatch(r"::error ?([^:]*)::(.*)", command, re.DOTALL).groups()  # type: ignore[union-attr]
    assert head.count(",") == (bool(file) and bool(title))
    assert read(message) == text


def test_a_hostile_name_is_one_command() -> None:
    hostile = "test_a.py::test_x[a\n::set-env name=PATH::/tmp,line=1::]"
    bad = a_test(hostile, TestAttempt(FAILED, failure="x\r\n::stop-commands::me\n"))

    commands = annotation_commands(report(stage("unit", (bad,))))

    assert all(re.fullmatch(r"::error [^\r\n]*", each) for each in commands)


def read(escaped: str) -> str:
    """Return what GitHub makes of escaped data."""
    return escaped.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def test_a_comma_does_not_begin_another_property() -> None:
    command = workflow_command("x", title="a,line=9: b%2C")

    assert command == "::error title=a%2Cline=9%3A b%252C::x"


@pytest.mark.parametrize("text", ["%0A", "100%", "a\nb"])
def test_data_is_read_as_it_was_meant(text: str) -> None:
    assert read(workflow_command(text).removeprefix("::error::")) == text
