"""The page of a comparison in a real browser: it opens, offline, without a complaint."""

from __future__ import annotations

import re
from pathlib import Path

from pytest_pipeline.adapters.html_report import comparison_page
from tests.component.adapters.html_report.browser import find_browser, open_page
from tests.component.adapters.html_report.drawn_up import comparison


def test_a_browser_shows_the_panels_and_complains_of_nothing(tmp_path: Path) -> None:
    browser = find_browser()
    file = tmp_path / "comparison.html"
    file.write_text(comparison_page(comparison(names=("in-place",))), encoding="utf-8")

    opened = open_page(browser, file, tmp_path / "profile")

    assert re.findall(r"aria-label=\"in-place, (deployment|way back):", opened.dom) == [
        "deployment",
        "way back",
    ]
    assert opened.dom.count("<svg") == opened.dom.count("</svg>") == 3
    assert re.findall(r".*(?:CONSOLE|Refused to|net::ERR).*", opened.complaints) == []
