"""A drill: a place for services and the pipelines that are run on them."""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pytest_pipeline.adapters.processes import marks
from tests.e2e.drills.leftovers import Belongings
from tests.e2e.drills.pipeline_run import PipelineRun, Running
from tests.e2e.drills.repository import Repository, copy_service
from tests.e2e.drills.waiting import now_s

SERVICES = Path(__file__).parents[1] / "services"
SAMPLE_SERVICE = Path(__file__).parents[3] / "sample_service"

#: Of an outer test session; nothing of it may reach the pipelines that are tested.
_NOT_INHERITED = (
    *("CI", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITLAB_CI"),
    *("COLUMNS", "COVERAGE_FILE", "FORCE_COLOR", "PYTHONDONTWRITEBYTECODE"),
)
#: The `pytest-pipeline` command.
_COMMAND = "import sys; from pytest_pipeline.cli.main import main; sys.exit(main())"


@dataclass(frozen=True)
class Drill:
    """A place for services, and for the pipelines that are run on them.

    Attributes:
        folder: Where everything is, temporary files included.
        token: Carried by every process that is started, unless it is kept.
        plugins: Plugins that pytest loads beside this one; None for all that are installed, as a
            user has it. Few start faster.
        environ: More environment variables.
        before: A command that gets the command to run as its further arguments.
    """

    folder: Path
    token: str
    plugins: tuple[str, ...] | None = ()
    environ: Mapping[str, str] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    @property
    def belongings(self) -> Belongings:
        """Everything that runs for the drill."""
        return Belongings(self.folder, self.token)

    def copy(self, source: Path, name: str = "service") -> Repository:
        """Copy a service into a git repository of its own."""
        return copy_service(source, self.folder / name)

    def pytest(self, repository: Repository, *arguments: str, within_s: float = 120) -> PipelineRun:
        """Run ``pytest`` in a service root to its end, with a summary file."""
        return self.start_pytest(repository, *arguments).wait(within_s=within_s)

    def start_pytest(self, repository: Repository, *arguments: str) -> Running:
        """Start ``pytest`` in a service root, with a summary file."""
        summary = self.folder / f"summary-{next(self._numbers)}.json"
        plugins = () if self.plugins is None else ("pytest_pipeline.plugin", *self.plugins)
        loaded = [part for plugin in plugins for part in ("-p", plugin)]
        asked = [*arguments, f"--pipeline-summary={summary}"]
        return self._start(repository.root, ["-m", "pytest", *loaded, *asked], summary)

    def command(self, repository: Repository, *arguments: str, within_s: float = 60) -> PipelineRun:
        """Run ``pytest-pipeline`` in a service root to its end."""
        return self.start_command(repository, *arguments).wait(within_s=within_s)

    def start_command(self, repository: Repository, *arguments: str) -> Running:
        """Start ``pytest-pipeline`` in a service root."""
        nowhere = self.folder / "no-summary.json"
        return self._start(repository.root, ["-c", _COMMAND, *arguments], nowhere)

    def variables(self) -> dict[str, str]:
        """Return the environment that commands get."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if name not in _NOT_INHERITED and not name.startswith(("PYTEST_", "PIPELINE_"))
        }
        temporary = self.folder / "tmp"
        temporary.mkdir(exist_ok=True)
        few = {} if self.plugins is None else {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        outer = os.environ.get(marks.OWNER, "")
        return {
            **kept,
            **few,
            "TMPDIR": str(temporary),
            marks.OWNER: f"{outer} {self.token}".strip(),
            **self.environ,
        }

    def _start(self, root: Path, arguments: Sequence[str], summary: Path) -> Running:
        log = self.folder / f"output-{next(self._numbers)}.log"
        began_s = now_s()
        with log.open("wb") as output, _interrupts_heard():
            process = subprocess.Popen(
                [*self.before, sys.executable, *arguments],
                cwd=root,
                env=self.variables(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return Running(process, log, summary, began_s)


@contextlib.contextmanager
def _interrupts_heard() -> Iterator[None]:
    """Undo what shells do to background commands, whose children would ignore Ctrl-C as well."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
