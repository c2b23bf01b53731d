"""The page of a comparison in a real browser: it opens, offline, without a complaint."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from pytest_pipeline.adapters.html_report import comparison_page
from tests.component.adapters.html_report.drawn_up import comparison

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    # Whatever the page asks for fails and is complained of.
    *("--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr"),
)


@pytest.fixture
def chromium() -> str:
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        pytest.skip(f"no browser: none of {', '.join(_NAMES)} is on PATH")
    return found


def test_a_browser_shows_the_panels_and_complains_of_nothing(chromium: str, tmp_path: Path) -> None:
    file = tmp_path / "comparison.html"
    file.write_text(comparison_page(comparison(names=("in-place",))), encoding="utf-8")

    done = subprocess.run(
        [chromium, *_FLAGS, f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", file.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )

    assert re.findall(r"aria-label=\"in-place, (deployment|way back):", done.stdout) == [
        "deployment",
        "way back",
    ]
    assert done.stdout.count("<svg") == done.stdout.count("</svg>") == 3
    assert re.findall(r".*(?:CONSOLE|Refused to|net::ERR).*", done.stderr) == []
