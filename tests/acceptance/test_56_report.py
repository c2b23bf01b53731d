"""Acceptance point 5 of the gates: the page of 10,000 tests opens in time, and offline."""

from __future__ import annotations

import re
import statistics
import time
from pathlib import Path

import pytest

from pytest_pipeline.adapters.html_report import execution_page
from tests.acceptance.conftest import Show
from tests.component.adapters.html_report.browser import find_browser, open_page
from tests.component.adapters.html_report.reported import (
    deployment,
    load,
    many_records,
    report,
    stage,
)

TESTS, OPENINGS = 10_000, 3
#: Seconds from the start of the browser's process to the DOM with the table drawn, and its end.
LONGEST_S = 3.0
LARGEST_BYTES = 6 * 1024 * 1024


@pytest.mark.timeout(300)
def test_the_page_of_ten_thousand_tests_opens_in_time(tmp_path: Path, show: Show) -> None:
    browser = find_browser()
    loads = (("tests/perf/test_load.py::test_orders", load(6000)),)
    told = report(deployment(), stage("performance", many_records(TESTS), loads=loads))
    began_s = time.perf_counter()
    page = execution_page(told)
    made_s = time.perf_counter() - began_s
    file = tmp_path / "report.html"
    file.write_text(page, encoding="utf-8")

    profile = tmp_path / "profile"
    open_page(browser, file, profile)  # makes the browser's profile, which is not the page's time
    blank = tmp_path / "blank.html"
    blank.write_text("<!DOCTYPE html><title>blank</title>", encoding="utf-8")
    blank_s = statistics.median(open_page(browser, blank, profile).took_s for _ in range(OPENINGS))
    opened = [open_page(browser, file, profile) for _ in range(OPENINGS)]
    took_s = statistics.median(each.took_s for each in opened)

    show(
        "The page of an execution",
        ("tests", "size", "made in", "opened in (each)", "median", "of this a blank page"),
        [
            (
                f"{TESTS:,}",
                f"{len(page.encode()) / 1024 / 1024:.2f} MiB",
                f"{made_s:.2f} s",
                ", ".join(f"{each.took_s:.2f} s" for each in opened),
                f"{took_s:.2f} s",
                f"{blank_s:.2f} s",
            )
        ],
    )
    assert f"{TESTS} of {TESTS} tests, the first 200 are shown" in opened[0].dom
    assert re.findall(r".*(?:CONSOLE|Refused to|net::ERR).*", opened[0].complaints) == []
    assert len(page.encode()) <= LARGEST_BYTES
    assert took_s <= LONGEST_S
