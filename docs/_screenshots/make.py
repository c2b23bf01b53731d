"""Take the picture of a page for the documentation: ``make.py PAGE.html docs/_static/NAME.png``.

``make.py execution docs/_static/execution.png`` makes the page itself: the sample service, as it is
committed, is released twice, and the page is that of the second run.
"""  # noqa: INP001 - a script

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
_RUN_DEADLINE_S = 600.0
_ROOT = Path(__file__).parents[2]
_FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--hide-scrollbars", "--host-resolver-rules=MAP * ~NOTFOUND"),
)


def main() -> int:
    """Take the picture and return 0, or say what is missing and return 1."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split(":")[0])
    parser.add_argument("page", help="the page, a file of HTML; or: execution")
    parser.add_argument("picture", type=Path, help="where to write, a PNG")
    parser.add_argument("--height", type=int, default=_HEIGHT, help="pixels from the top")
    asked = parser.parse_args()
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if browser is None:
        sys.stderr.write(f"no browser: install one of {', '.join(_BROWSERS)}\n")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        page = Path(asked.page)
        if asked.page == "execution":
            page = Path(folder) / "execution.html"
            _release_sample_service(Path(folder) / "repository", page)
        _take(browser, page, asked.picture, asked.height, profile=f"{folder}/profile")
    return 0


def _release_sample_service(repository: Path, page: Path) -> None:
    """Release the sample service twice from a clone; the second time over the first."""
    clone = ["git", "clone", "--quiet", str(_ROOT), str(repository)]
    subprocess.run(clone, check=True, timeout=_DEADLINE_S)  # noqa: S603 - this repository
    for _ in range(2):
        subprocess.run(  # noqa: S603 - this interpreter
            [
                *(sys.executable, "-m", "pytest", "--pipeline", "sample_service"),
                *("--pipeline-ci=none", f"--pipeline-report={page}"),
            ],
            cwd=repository,
            check=True,
            timeout=_RUN_DEADLINE_S,
            stdout=subprocess.DEVNULL,
        )


def _take(browser: str, page: Path, picture: Path, height: int, *, profile: str) -> None:
    subprocess.run(  # noqa: S603 - a browser on a file of ours
        [
            *(browser, *_FLAGS, f"--user-data-dir={profile}"),
            f"--window-size={_WIDTH},{height}",
            f"--screenshot={picture.resolve()}",
            page.resolve().as_uri(),
        ],
        check=True,
        timeout=_DEADLINE_S,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


if __name__ == "__main__":
    sys.exit(main())
