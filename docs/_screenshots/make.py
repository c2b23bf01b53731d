"""Take the picture of a page for the documentation: ``make.py PAGE.html docs/_static/NAME.png``."""  # noqa: INP001 - a script

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_WIDTH, _HEIGHT = 1280, 2250  # pixels: down to the end of the first figure
_DEADLINE_S = 120.0
_FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--hide-scrollbars", "--host-resolver-rules=MAP * ~NOTFOUND"),
)


def main() -> int:
    """Take the picture and return 0, or say what is missing and return 1."""
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0] if __doc__ else None)
    parser.add_argument("page", type=Path, help="the page, a file of HTML")
    parser.add_argument("picture", type=Path, help="where to write, a PNG")
    parser.add_argument("--height", type=int, default=_HEIGHT, help="pixels from the top")
    asked = parser.parse_args()
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if browser is None:
        sys.stderr.write(f"no browser: install one of {', '.join(_BROWSERS)}\n")
        return 1
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(  # noqa: S603 - a browser on a file of ours
            [
                *(browser, *_FLAGS, f"--user-data-dir={profile}"),
                f"--window-size={_WIDTH},{asked.height}",
                f"--screenshot={asked.picture.resolve()}",
                asked.page.resolve().as_uri(),
            ],
            check=True,
            timeout=_DEADLINE_S,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
