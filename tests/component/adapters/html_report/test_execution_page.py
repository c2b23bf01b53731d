"""The page of an execution: complete, self-contained, escaped, bounded."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from pytest_pipeline.adapters.html_report import execution_page
from pytest_pipeline.domain.test_outcomes import TestOutcome
from pytest_pipeline.domain.test_records import TestAttempt, TestRecord
from tests.component.adapters.html_report.browser import find_browser, open_page
from tests.component.adapters.html_report.reading import PageParser, read
from tests.component.adapters.html_report.reported import (
    FAILED,
    RECORDS,
    a_test,
    deployment,
    load,
    many_records,
    report,
    side_by_side,
    stage,
)

HOSTILE = (
    "</script><script>document.title='owned'</script><img src=x onerror=alert(1)>&'\"${x}{{7*7}}"
)


@pytest.fixture(scope="module")
def page() -> str:
    return execution_page(report())


@pytest.fixture(scope="module")
def parsed(page: str) -> PageParser:
    return read(page)


def section(page: str, name: str) -> str:
    found = re.search(
        rf'<section id="[^"]*"[^>]*data-stage="{name}">.*?</section>', page, re.DOTALL
    )
    assert found
    return found[0]


def rows_of(page: str) -> dict[str, list[list[object]]]:
    found = re.search(r'id="tests-data">(.*?)</script>', page, re.DOTALL)
    assert found
    rows: dict[str, list[list[object]]] = json.loads(found[1])
    return rows


def test_the_head_says_what_was_decided_about_what(parsed: PageParser) -> None:
    text = parsed.text

    assert "orders: stopped at unit, which is FAIL: tests.failed: 1, wanted == 0" in text
    for told in ("0123456789ab", "with changes", "sha256:4f1c9a7be2d0", "20261123T113000-1a2b"):
        assert told in text
    assert "Linux x86_64, 2 CPUs, Python 3.11.7" in text


def test_the_strip_has_stages_and_deployments_in_their_order(page: str) -> None:
    strip = re.search(r'<ol class="strip">.*?</ol>', page, re.DOTALL)

    assert strip
    names = re.findall(r'<a href="#\w+">(?:▸ )?(\w+)</a>', strip[0])
    assert names == ["component", "staging", "performance", "unit"]
    assert re.findall(r">([A-Z]{4,})</span>", strip[0]) == ["PASS", "PASS", "FAIL"]
    assert "Succeeded" in strip[0]


def test_objectives_come_with_figure_criterion_verdict_and_reason(page: str) -> None:
    text = re.sub(r"<[^>]+>", "|", section(page, "unit"))

    assert re.search(r"tests\.failed\|+1\|+== 0\|+FAIL\|+1, wanted == 0", text)


def test_what_failed_stands_first_with_its_text(page: str) -> None:
    own = section(page, "unit")
    titles = re.findall(r"<h3>(.*?)</h3>", own)

    assert titles == [
        "Failed tests",
        "Flaky tests",
        "Failed in quarantine",
        "Skipped and expected to fail",
    ]
    assert "tests/unit/test_pricing.py:17" in own
    assert "&gt;       assert price(3) == 12" in own
    assert "2 skipped: no docker" in own
    assert "1 xfailed: not yet built" in own


def test_every_attempt_of_a_flaky_test_is_there(page: str) -> None:
    own = section(page, "unit")

    assert re.findall(r"Attempt \d: \w+", own) == ["Attempt 1: failed", "Attempt 2: passed"]
    assert "assert &#39;first&#39; == &#39;second&#39;" in own


def test_the_slowest_tests_come_in_order(page: str) -> None:
    slowest = section(page, "unit").split("slowest tests")[1]

    assert re.findall(r"test_(\w+)</code></th>", slowest)[:2] == ["now_and_then", "price"]


def test_load_tests_and_deployments_are_drawn(parsed: PageParser) -> None:
    labels = [each for each in parsed.values("aria-label") if "requests" in each]

    assert parsed.tags.count("svg") == 2
    assert any(each.startswith("staging: r8 by blue-green: requests a second") for each in labels)
    assert any(each.startswith("Load test tests/p/test_load.py::test_l: 600") for each in labels)


def test_a_load_test_side_by_side_is_drawn_run_by_run() -> None:
    page = execution_page(report(side_by_side()))
    labels = [each for each in read(page).values("aria-label") if "by turns" in each]
    table = section(page, "performance").split("16 runs side by side with r6")[1]

    assert len(labels) == 1
    assert "the middle one of the candidate's runs" in page
    assert re.fullmatch(
        r"load\.p95_ms of 16 runs by turns: median 2[34]\S* of the candidate, (20|19)\S* of r6; "
        r"\+(19|2\d)\.\d %, wanted <= \+10%\.",
        labels[0],
    )
    sides = re.findall(r"<td>(\w+)</td><td class=\"number\">[\d.]+</td>", table)
    assert sides[:8] == [
        *("candidate", "stable", "stable", "candidate"),
        *("stable", "candidate", "candidate", "stable"),
    ]
    assert len(sides) == 16


def test_without_a_gate_runs_side_by_side_are_not_drawn() -> None:
    page = execution_page(report(replace(side_by_side(), gate=None)))

    assert "by turns" not in page


def test_a_deployment_says_what_it_came_to() -> None:
    made = deployment()
    failed = replace(made.record, lost_requests=3, requests=500, failure="alarm errors: 0.2 > 0.05")

    text = read(execution_page(report(replace(made, record=failed)))).text

    assert "3 of 500 requests were lost." in text
    assert "alarm errors: 0.2 > 0.05" in text


def test_a_deployment_without_traffic_is_not_called_lossless() -> None:
    made = deployment()
    silent = replace(made, record=replace(made.record, requests=0))

    text = read(execution_page(report(silent))).text

    assert "what clients saw is not known" in text
    assert "None of" not in text


def test_the_time_line_is_told(parsed: PageParser) -> None:
    for told in ("build orders", "stage component", "deployment staging"):
        assert told in parsed.text


def test_nothing_outside_of_the_file_is_asked_for(page: str, parsed: PageParser) -> None:
    asked = [*parsed.values("src"), *parsed.values("href"), *parsed.values("srcset")]

    assert [each for each in asked if not each.startswith("#")] == []
    assert re.findall(r"url\((?!#)[^)]*\)|@import", page) == []
    assert re.findall(r"https?://(?!www\.w3\.org/2000/svg)", page) == []
    assert not {"link", "iframe", "object", "embed", "base"} & set(parsed.tags)


def test_the_page_is_well_formed_and_its_headings_are_nested(parsed: PageParser) -> None:
    levels = [int(tag[1]) for tag in parsed.tags if re.fullmatch(r"h[1-6]", tag)]

    assert parsed.problems == []
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert len(set(parsed.values("id"))) == len(parsed.values("id"))


def test_without_scripts_the_page_says_what_is_missing(page: str) -> None:
    found = re.search(r"<noscript>(.*?)</noscript>", page, re.DOTALL)

    assert found
    assert "--junitxml" in found[1]
    assert '<div id="all-tests" hidden>' in page


def test_all_tests_are_rows(page: str) -> None:
    rows = rows_of(page)

    assert len(rows["rows"]) == len(RECORDS) + 2
    flaky = next(each for each in rows["rows"] if "now_and_then" in str(each[2]))
    assert flaky[6:] == [2, 1, "assert 'first' == 'second'"]


def hostile_page() -> str:
    bad = a_test(f"test_a.py::{HOSTILE}", TestAttempt(FAILED, failure=HOSTILE))
    skipped = a_test("t.py::s", TestAttempt(TestOutcome.SKIPPED, reason=HOSTILE))
    hostile = stage("unit", (bad, skipped), problems=(HOSTILE,), loads=((HOSTILE, load(50)),))
    course = deployment()
    told = replace(course.record, failure=HOSTILE, environment=HOSTILE, note=HOSTILE)
    return execution_page(
        report(
            replace(course, record=told),
            hostile,
            service=HOSTILE,
            decision=HOSTILE,
            failures=(HOSTILE,),
            kept={HOSTILE: HOSTILE},
        )
    )


def test_hostile_texts_are_texts() -> None:
    page = hostile_page()
    parsed = read(page)

    assert page.count("<script") == page.count("</script>") == 2
    assert "img" not in parsed.tags
    assert rows_of(page)["rows"][0][2] == HOSTILE
    assert parsed.text.count(HOSTILE) > 5


def test_only_the_pages_own_script_may_run(page: str) -> None:
    assert "script-src 'sha256-" in page
    assert "default-src 'none'" in page
    assert re.findall(r'\son\w+="', page) == []


def test_half_surrogates_do_not_break_it() -> None:
    record = TestRecord("tests/t\udcff.py::x", "unit", (TestAttempt(FAILED, failure="\udcff"),))

    assert execution_page(report(stage("unit", (record,)))).encode()


def test_a_stage_with_warnings_names_each_of_them_once() -> None:
    warned = stage("unit", RECORDS[2:4])
    flaky = next(each for each in warned.result.objectives if each.measure == "tests.flaky")
    held = replace(flaky, measure="tests.quarantined", reason="1, held by somebody")
    judged = replace(warned.result, objectives=(*warned.result.objectives, held))

    page = execution_page(report(replace(warned, result=judged), commit=None))

    assert read(page).text.count("held by somebody") == 2  # above the table and in it
    assert len(re.findall(r'<p class="finding">tests\.(?:flaky|quarantined): ', page)) == 2
    assert f"<small>{RECORDS[2].nodeid}" not in page  # its reason names it, in the same row
    assert "1 failed in quarantine" in page
    assert "no commit, tree" in read(page).text


def test_an_execution_that_never_came_to_a_stage_has_a_page() -> None:
    empty = replace(
        report(), steps=(), time_line=(), commit=None, tree="", artifact=None,
        decision="not released: no evidence of stage unit", failures=("no evidence",),
    )  # fmt: skip

    text = read(execution_page(empty)).text

    assert "not released: no evidence of stage unit" in text
    assert "No stage was judged and nothing was deployed." in text


def test_ten_thousand_failing_tests_are_bounded() -> None:
    failing = tuple(
        a_test(f"test_a.py::test_{number}", TestAttempt(FAILED, failure="E   x\n" * 1300))
        for number in range(10_000)
    )

    page = execution_page(report(stage("unit", failing)))

    assert len(page.encode()) < 6 * 1024 * 1024
    assert "9,800 more failed" in page


def test_a_browser_draws_the_table_and_complains_of_nothing(tmp_path: Path) -> None:
    browser = find_browser()
    file = tmp_path / "report.html"
    file.write_text(execution_page(report(stage("unit", many_records(1000)))), encoding="utf-8")

    opened = open_page(browser, file, tmp_path / "profile")

    assert opened.dom.count('<td class="code">') == 200
    assert "1000 of 1000 tests, the first 200 are shown" in opened.dom
    assert re.findall(r".*(?:CONSOLE|Refused to|net::ERR).*", opened.complaints) == []


def test_hostile_texts_do_nothing_in_a_browser(tmp_path: Path) -> None:
    browser = find_browser()
    file = tmp_path / "report.html"
    file.write_text(hostile_page(), encoding="utf-8")

    opened = open_page(browser, file, tmp_path / "profile")

    assert "<title>owned</title>" not in opened.dom
    assert "<img" not in opened.dom
    assert "2 of 2 tests" in opened.dom
    assert re.findall(r".*(?:CONSOLE|Refused to|net::ERR).*", opened.complaints) == []
