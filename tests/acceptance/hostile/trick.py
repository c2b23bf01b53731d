"""A trick, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tests.e2e.drills.bare_project import bare_project
from tests.e2e.drills.drill import Drill
from tests.e2e.drills.pipeline_run import PipelineRun
from tests.statements import claimed_in

#: What every project has: tests that pass, and one that must stop the release.
TESTS = """
import pytest

def test_good(): pass

def test_bad(): assert 1 == 2, "must be seen"

def test_last(): pass
"""
_SHOWN = 60
MODES = {"alone": "--pipeline-stage=unit", "whole": "--pipeline"}
_PLUGINS = ("xdist.plugin", "pytest_rerunfailures")


@dataclass(frozen=True)
class Trick:
    """A way to look green.

    Attributes:
        name: What is done, for people.
        files: Path to content, beside the tests.
        codes: Exit codes that a run alone and a whole run have to end with; 0 is "not caught".
        said: What both have to say, where caught.
        arguments: More arguments.
        environ: More environment variables.
        tests: The module of tests.
        evidence_left: Verdict in the evidence that each run leaves, of tricks that end with 0.
        autoload: Whether pytest finds plugins by itself, the plugin among them.
    """

    name: str
    files: Mapping[str, str]
    codes: tuple[int, int]
    said: str = ""
    arguments: tuple[str, ...] = ()
    environ: Mapping[str, str] = field(default_factory=dict)
    tests: str = TESTS
    evidence_left: tuple[str, str] = ("PASS", "PASS")
    autoload: bool = False

    def run(self, drill: Drill, mode: str) -> PipelineRun:
        """Run it for real."""
        drill = replace(drill, plugins=None if self.autoload else _PLUGINS, environ=self.environ)
        files = {"tests/unit/test_it.py": self.tests, **self.files}
        project = bare_project(drill, files, name=self._folder(mode))
        return drill.pytest(project, MODES[mode], *self.arguments)

    def evidence(self, drill: Drill, mode: str) -> str:
        """Return the verdict in the evidence that a run left: what later stages go by."""
        root = drill.folder / self._folder(mode)
        found = [claimed_in(path) for path in root.glob(".pipeline/evidence/unit/*")]
        return ", ".join(str(each["verdict"]) for each in found) or "none"

    def _folder(self, mode: str) -> str:
        return f"{self.name.replace(' ', '-').replace('/', '-')}-{mode}"


def refusal(run: PipelineRun, said: str) -> str:
    """Return the line in which a run says why, for a table."""
    before, found, _ = run.one_line.rpartition(said) if said else ("", "", "")
    return f"{before[-_SHOWN:]}{found}" if found else ""
