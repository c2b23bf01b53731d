"""A browser without a screen, where there is one."""

from __future__ import annotations

import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    # Whatever the page asks for fails and is complained of.
    *("--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr"),
)


@dataclass(frozen=True)
class Opened:
    """A page that a browser opened.

    Attributes:
        dom: What it made of the page.
        complaints: What it wrote about it.
        took_s: From the start of its process to its end, seconds.
    """

    dom: str
    complaints: str
    took_s: float


def find_browser() -> str:
    """Return a browser; skips the test where there is none."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        pytest.skip(f"no browser: none of {', '.join(_NAMES)} is on PATH")
    return found


def open_page(browser: str, file: Path, profile: Path, *flags: str) -> Opened:
    """Open a page to its end: scripts have run when the DOM is dumped."""
    began_s = time.perf_counter()
    done = subprocess.run(
        [browser, *_FLAGS, *flags, f"--user-data-dir={profile}", "--dump-dom", file.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return Opened(done.stdout, done.stderr, time.perf_counter() - began_s)
