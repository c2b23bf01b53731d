"""The step summary: what decided is there, nothing in it is active, and it is bounded."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest
from markdown_it import MarkdownIt

from pytest_pipeline.adapters.ci_reports.markdown import block, inline
from pytest_pipeline.adapters.ci_reports.step_summary import step_summary
from pytest_pipeline.domain.test_records import TestAttempt
from tests.component.adapters.html_report.reported import (
    FAILED,
    RECORDS,
    a_test,
    deployment,
    many_records,
    report,
    stage,
)

HOSTILE = "</pre><script>alert(1)</script> | `x` **b** @somebody [a](http://e.org) #1\n\n# title"


def shown(text: str) -> str:
    return MarkdownIt("commonmark").enable("table").render(text)


def test_the_decision_the_gates_and_the_failures_are_told() -> None:
    page = shown(step_summary(report()))

    assert "<h2>orders: stopped at unit, which is FAIL: tests.failed: 1, wanted == 0</h2>" in page
    assert "<td><strong>FAIL</strong></td>" in page
    assert "tests.failed: 1, wanted == 0</td>" in page
    assert "tests/unit/test_pricing.py:17: assert 11 == 12</summary>" in unescape(page)
    assert "E       assert 11 == 12" in page


def test_without_a_commit_there_is_none_that_was_changed() -> None:
    page = shown(step_summary(report(commit=None, dirty=True)))

    assert "no commit, artifact" in page
    assert "with changes" not in page


def test_every_figure_that_warns_is_told() -> None:
    warned = stage("unit", RECORDS[2:3])
    held = replace(warned.result.objectives[-1], measure="tests.quarantined", reason="1, held")
    judged = replace(warned.result, objectives=(*warned.result.objectives, held))

    page = shown(step_summary(report(replace(warned, result=judged))))

    assert re.search(r"tests\.flaky: 1 .*<br>tests\.quarantined: 1, held</td>", page)


def test_lost_requests_stand_out() -> None:
    lossy = deployment()
    lossy = replace(lossy, record=replace(lossy.record, lost_requests=3))

    page = shown(step_summary(report(lossy)))

    assert "<td><strong>3</strong></td>" in page


def test_hostile_texts_are_shown_and_do_nothing() -> None:
    bad = a_test(f"test_a.py::test_x[{HOSTILE}]", TestAttempt(FAILED, failure=HOSTILE))

    page = shown(step_summary(report(stage("unit", (bad,)), failures=(HOSTILE,))))

    assert "<script" not in page
    assert "<a " not in page
    assert page.count("<h1") == 0
    assert page.count("</pre>") == 1


@pytest.mark.parametrize("text", [HOSTILE, "a\tb", "\x1b[31m", "&amp;"])
def test_inline_texts_are_one_line_without_markup(text: str) -> None:
    page = shown(f"x {inline(text)} y")

    assert page.count("<") == 2
    assert page.count("\n") == 1


def test_a_block_ends_where_it_is_meant_to() -> None:
    assert block("a</pre><b>\x1b").count("<") == 2


def test_thousands_of_failures_fit_into_what_is_left() -> None:
    failing = tuple(
        a_test(f"test_a.py::test_{number}", TestAttempt(FAILED, failure="E   " + "ä" * 2500))
        for number in range(2_000)
    )
    told = report(stage("unit", failing))

    assert len(step_summary(told).encode()) < 1024 * 1024
    small = step_summary(told, limit_bytes=5000)
    assert len(small.encode()) <= 5000
    assert "did not fit" in small
    assert step_summary(told, limit_bytes=0) == ""


def test_many_tests_that_pass_cost_nothing() -> None:
    assert len(step_summary(report(stage("unit", many_records(50)[:7])))) < 2000
