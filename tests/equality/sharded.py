"""Whether a suite comes to the same in shards that are joined and in one job."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.equality.suites import OPTIONS, Suite

_TIMEOUT_S = 180
_FOREIGN = (
    *("PYTEST_ADDOPTS", "CI", "FORCE_COLOR", "COVERAGE_FILE", "PYTHONDONTWRITEBYTECODE"),
    *("PYTEST_PIPELINE_KEY", "PYTEST_PIPELINE_KEY_FILE"),
)
_COMMAND = "import sys; from pytest_pipeline.cli.main import main; sys.exit(main())"
#: What depends on the moment, or on who else runs.
_TIMES = ("duration.", "tests.duration_s")


@dataclass(frozen=True)
class JoinedEnd:
    """What a suite came to.

    Attributes:
        exit_code: Of the process that judged.
        evidence: What its evidence claims; None for none.
        output: What that process wrote.
    """

    exit_code: int
    evidence: dict[str, Any] | None
    output: str

    @property
    def verdict(self) -> str:
        """Its verdict; ``none`` without evidence."""
        return str(self.evidence["verdict"]) if self.evidence else "none"

    @property
    def counts(self) -> dict[str, float]:
        """Its counts, by measure."""
        measured = self.evidence["measurements"] if self.evidence else {}
        return {name: value for name, value in measured.items() if not name.startswith(_TIMES)}

    @property
    def tests(self) -> dict[str, list[str]]:
        """Names of tests by what they came to."""
        words = ("passedTests", "warnedTests", "failedTests")
        return {word: self.evidence[word] for word in words} if self.evidence else {}


@dataclass(frozen=True)
class ShardedProject:
    """A suite in a project of its own, run in one job or in shards.

    Attributes:
        folder: Where it lies; has its files already.
        options: More of pytest's.
        variables: More of the environment's.
    """

    folder: Path
    options: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)

    def shard(self, shard: str, *more: str) -> subprocess.CompletedProcess[str]:
        """Run one shard."""
        return self._pytest(f"--pipeline-shard={shard}", *more)

    def join(self, *more: str) -> JoinedEnd:
        """Join the shards that there are."""
        done = self._run("-c", _COMMAND, "join", "unit", *more)
        return JoinedEnd(done.returncode, self._evidence(), done.stdout + done.stderr)

    def whole(self) -> JoinedEnd:
        """Run the stage in one job."""
        done = self._pytest()
        return JoinedEnd(done.returncode, self._evidence(), done.stdout + done.stderr)

    def _pytest(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        plugins = ("-p", "pytest_pipeline.plugin", "-p", "xdist", "-p", "no:cacheprovider")
        stage = "--pipeline-stage=unit"
        return self._run("-m", "pytest", *plugins, "-q", stage, *self.options, *arguments)

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
        marks = self.folder.parent / "marks"
        marks.mkdir(exist_ok=True)
        own = {
            "EQUALITY_MARKS": str(marks),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        }
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env={**kept, **own, **self.variables},
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
            check=False,
        )

    def _evidence(self) -> dict[str, Any] | None:
        files = list((self.folder / ".pipeline" / "evidence").rglob("*.json"))
        if not files:
            return None
        (file,) = files
        payload = base64.b64decode(json.loads(file.read_text())["payload"])
        predicate: dict[str, Any] = json.loads(payload)["predicate"]
        return {**predicate, **predicate["pipeline"]}


def project_of(folder: Path, files: dict[str, str], *options: str) -> ShardedProject:
    """Write a project and return it.

    Args:
        folder: Must not exist.
        files: Texts by path.
        options: More of pytest's.
    """
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return ShardedProject(folder, options)


def ends_of(
    folder: Path, suite: Suite, total: int, *more: tuple[str, ...]
) -> tuple[JoinedEnd, JoinedEnd]:
    """Return what a suite comes to in one job, and in shards that are joined.

    Args:
        folder: An empty folder.
        suite: The suite.
        total: How many shards.
        more: More of pytest's options, for the first shards, one after the other.
    """
    options = OPTIONS[suite.option]
    whole = project_of(folder / "whole" / "project", suite.files(), *options).whole()
    parts = project_of(folder / "shards" / "project", suite.files(), *options)
    for number in range(1, total + 1):
        parts.shard(f"{number}/{total}", *(more[number - 1] if number <= len(more) else ()))
    return whole, parts.join()


def differences(whole: JoinedEnd, joined: JoinedEnd) -> list[str]:
    """Return in what the two differ, in words; empty when in nothing."""
    compared: list[tuple[str, object, object]] = [
        ("exit code", whole.exit_code, joined.exit_code),
        ("verdict", whole.verdict, joined.verdict),
        ("tests", whole.tests, joined.tests),
    ]
    names = sorted({*whole.counts, *joined.counts})
    compared += [(name, whole.counts.get(name), joined.counts.get(name)) for name in names]
    return [f"{name}: {one} in one job, {two} joined" for name, one, two in compared if one != two]
