"""Runs a suite with and without the plugin, and reduces what they said to what must be equal."""

from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.drills.bare_project import write_files
from tests.e2e.drills.drill import Drill
from tests.e2e.drills.plain_suite import PLAIN_SUITE

_WITHOUT = ("-p", "no:pipeline_gates")
_SECONDS = re.compile(
    r"\d+\.\d+s( setup| call| teardown)?|\(\d+:\d\d:\d\d\)|\[ *\d+%\]|0x[0-9a-f]+"
)
_WORKER = re.compile(r"\[?gw\d+\]?")


@dataclass(frozen=True)
class Said:
    """What a pytest run came to, less times and places.

    Attributes:
        exit_code: Its exit code.
        lines: Its output; sorted under workers, which report in turns.
        cases: The test cases of its JUnit report.
        plugins: The line that lists installed plugins.
    """

    exit_code: int
    lines: tuple[str, ...]
    cases: tuple[str, ...]
    plugins: str


def run_plainly(drill: Drill, arguments: Sequence[str], *, plugin: bool, round_: int = 0) -> Said:
    """Run the plain suite once, in a fresh copy, with all installed plugins."""
    root = drill.folder / f"{'with' if plugin else 'without'}-{round_}" / "suite"
    write_files(root, PLAIN_SUITE)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-p", "no:locust", "--junitxml=junit.xml"),
            *(() if plugin else _WITHOUT),
            *arguments,
        ],
        cwd=root,
        env=drill.variables(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    lines = [_reduced(line, root) for line in done.stdout.splitlines()]
    plugins = next((line for line in lines if line.startswith("plugins:")), "")
    kept = [line for line in lines if not line.startswith("plugins:")]
    if "-n" in arguments:
        kept.sort()
    return Said(done.returncode, tuple(kept), _cases(root / "junit.xml", root), plugins)


def _reduced(line: str, root: Path) -> str:
    line = _WORKER.sub("gw", _SECONDS.sub("", line.replace(str(root), "ROOT")))
    if line and not set(line) - set(".FsxXER"):  # dots of workers come in any order
        line = "".join(sorted(line))
    return line.strip("= -").rstrip()


def _cases(path: Path, root: Path) -> tuple[str, ...]:
    if not path.exists():
        return ()
    found = []
    for element in ET.parse(path).getroot().iter():  # noqa: S314 - our own
        attributes = {
            name: _reduced(value, root)
            for name, value in sorted(element.attrib.items())
            if name not in ("time", "timestamp", "hostname")
        }
        text = "\n".join(_reduced(line, root) for line in (element.text or "").splitlines())
        found.append(f"{element.tag} {attributes} {text}")
    return tuple(sorted(found))
