"""The pages of the documentation, as text."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"

PageReader = Callable[[str], str]


@pytest.fixture
def page() -> PageReader:
    """Return what a page says, by its path below ``docs/``."""
    return lambda name: (DOCS / name).read_text(encoding="utf-8")


@pytest.fixture
def readme() -> str:
    """Return what the README says."""
    return (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def pages(readme: str) -> dict[str, str]:
    """Return what all pages say, by name."""
    texts = {str(path.relative_to(ROOT)): path for path in sorted(DOCS.rglob("*.md"))}
    return {"README.md": readme} | {
        name: path.read_text(encoding="utf-8") for name, path in texts.items()
    }


@pytest.fixture(scope="session")
def help_text(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return what ``pytest --help`` says where nothing is configured."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--help"],
        cwd=tmp_path_factory.mktemp("empty"),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout


@pytest.fixture
def first_column(page: PageReader) -> Callable[[str, str], list[str]]:
    """Return the names in code type in the first column of the tables below a heading."""

    def read(name: str, heading: str) -> list[str]:
        text = page(name)
        start = re.search(rf"^#+ {re.escape(heading)}\n", text, re.MULTILINE)
        assert start, f"{name} has no heading {heading!r}"
        section = re.split(r"^#+ ", text[start.end() :], maxsplit=1, flags=re.MULTILINE)[0]
        cells = re.findall(r"^\| (`.*?)\s*\|", section, re.MULTILINE)
        return [each for cell in cells for each in re.findall(r"`([^`]+)`", cell)]

    return read
