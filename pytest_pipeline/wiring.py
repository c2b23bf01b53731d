"""The composition root: the only place that picks adapters."""

from __future__ import annotations

import atexit
import os
import platform
import secrets
import sys
import sysconfig
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache, cached_property
from importlib import metadata
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from pytest_pipeline import config
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.revisions import Revision
from pytest_pipeline.domain.services import Service
from pytest_pipeline.engine.execution import Execution, Interpreter
from pytest_pipeline.engine.ledger import ExecutionRecord
from pytest_pipeline.engine.pipeline_run import RunOptions
from pytest_pipeline.engine.workspace import Workspace
from pytest_pipeline.errors import ConfigError

if TYPE_CHECKING:
    from rich.console import Console

    from pytest_pipeline.adapters.artifact_folder import ArtifactFolder
    from pytest_pipeline.adapters.build import ServiceBuilder
    from pytest_pipeline.adapters.environment_folder import EnvironmentFolder
    from pytest_pipeline.adapters.envoy.routers import EnvoyRouters
    from pytest_pipeline.adapters.evidence_folder import EvidenceFolder
    from pytest_pipeline.adapters.file_journal import FileJournal
    from pytest_pipeline.adapters.http_health import HttpHealth
    from pytest_pipeline.adapters.postgres import ChosenPostgres
    from pytest_pipeline.adapters.process_target import ProcessTarget
    from pytest_pipeline.adapters.processes import GuardedProcesses
    from pytest_pipeline.adapters.sql_ledger import SqlLedger
    from pytest_pipeline.adapters.system_clock import SystemClock
    from pytest_pipeline.adapters.traffic_probe.probe import GeneratorProbe
    from pytest_pipeline.adapters.venv_installer import VenvInstaller
    from pytest_pipeline.engine.ports import LoadRunner
    from pytest_pipeline.engine.progress import Progress

# ruff: noqa: PLC0415 - adapters are imported when they are first needed: a session that deploys
# nothing needs none of the extras and starts fast

#: What instances and migrations inherit from the machine; everything else is configured.
_INHERITED = (
    "PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "SHELL",
    "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE",
    "DYLD_LIBRARY_PATH", "LD_LIBRARY_PATH",
)  # fmt: skip


class WiredToolbox:
    """Implements `engine.toolbox.Toolbox` with the real adapters.

    Args:
        root: The service root.
        progress: Shows what goes on.
        inputs: What counts to the revision besides the root.
        excluded: Files that the tool was told to write.
        shown: The root as the user wrote it.
    """

    def __init__(
        self,
        root: Path,
        progress: Progress,
        *,
        inputs: Sequence[str] = (),
        excluded: Sequence[Path] = (),
        shown: str = "",
    ) -> None:
        self.workspace = Workspace(root, shown)
        self.progress = progress
        self._inputs = inputs
        self._excluded = excluded
        self._targets: dict[bool, ProcessTarget] = {}

    @cached_property
    def clock(self) -> SystemClock:
        """Time."""
        from pytest_pipeline.adapters.system_clock import SystemClock

        return SystemClock()

    @cached_property
    def ledger(self) -> SqlLedger:
        """A SQLite file."""
        from pytest_pipeline.adapters.sql_ledger import SqlLedger, sqlite_url

        return SqlLedger(sqlite_url(self.workspace.state / "ledger.db"))

    @cached_property
    def evidence(self) -> EvidenceFolder:
        """Files."""
        from pytest_pipeline.adapters.evidence_folder import EvidenceFolder

        return EvidenceFolder(self.workspace.state)

    @cached_property
    def records(self) -> EnvironmentFolder:
        """Files."""
        from pytest_pipeline.adapters.environment_folder import EnvironmentFolder

        return EnvironmentFolder(self.workspace.environments)

    @cached_property
    def journal(self) -> FileJournal:
        """Files."""
        from pytest_pipeline.adapters.file_journal import FileJournal

        return FileJournal(self.workspace.state / "journal")

    @cached_property
    def processes(self) -> GuardedProcesses:
        """Processes of this machine; what an earlier owner and its guardian left is ended."""
        from pytest_pipeline.adapters.processes import GuardedProcesses, sweep_abandoned

        owners = self.workspace.state / "owners"
        for name in sweep_abandoned(owners, clock=self.clock):
            self.progress.line(f"ended what an earlier run left behind: {name}")
        return GuardedProcesses(clock=self.clock, records=owners)

    @cached_property
    def routers(self) -> EnvoyRouters:
        """Envoy."""
        from pytest_pipeline.adapters.envoy.routers import EnvoyRouters

        return EnvoyRouters(self.processes, self.clock)

    @cached_property
    def health(self) -> HttpHealth:
        """HTTP."""
        from pytest_pipeline.adapters.http_health import HttpHealth

        return HttpHealth()

    @cached_property
    def probe(self) -> GeneratorProbe:
        """A process of its own."""
        from pytest_pipeline.adapters.traffic_probe.probe import GeneratorProbe

        return GeneratorProbe(self.processes, self.clock)

    @cached_property
    def databases(self) -> ChosenPostgres:
        """PostgreSQL, in a container or embedded."""
        from pytest_pipeline.adapters.postgres import ChosenPostgres

        return ChosenPostgres(self.processes, self.clock, owner=self.processes.token)

    @cached_property
    def builder(self) -> ServiceBuilder:
        """Wheels by uv, or the user's command."""
        from pytest_pipeline.adapters.build import ServiceBuilder
        from pytest_pipeline.adapters.uv_binary import find_uv

        return ServiceBuilder(self.processes, self.clock, revise=self.revise, find_uv=find_uv)

    @cached_property
    def artifacts(self) -> ArtifactFolder:
        """Files."""
        from pytest_pipeline.adapters.artifact_folder import ArtifactFolder

        return ArtifactFolder(self.workspace.state / "artifacts")

    @cached_property
    def installer(self) -> VenvInstaller:
        """Virtual environments."""
        from pytest_pipeline.adapters.uv_binary import find_uv
        from pytest_pipeline.adapters.venv_installer import VenvInstaller

        return VenvInstaller(
            self.workspace.state / "venvs",
            processes=self.processes,
            clock=self.clock,
            find_uv=find_uv,
            project=self.workspace.root,
        )

    @cached_property
    def variables(self) -> Mapping[str, str]:
        """The few variables that every program needs.

        The environment that runs the pipeline is taken out of ``PATH``: what the artifact lacks
        must not be found there, where the tests' own dependencies are installed.
        """
        inherited = {
            name: value
            for name, value in os.environ.items()
            if name in _INHERITED or name.startswith("LC_")
        }
        own = Path(sysconfig.get_path("scripts")).resolve()
        folders = inherited.get("PATH", os.defpath).split(os.pathsep)
        kept = [each for each in folders if each and Path(each).resolve() != own]
        return {**inherited, "PATH": os.pathsep.join(kept)}

    def target(self, *, keep: bool) -> ProcessTarget:
        """Processes of this machine."""
        from pytest_pipeline.adapters.process_target import ProcessTarget

        if keep not in self._targets:
            self._targets[keep] = ProcessTarget(self.processes, keep=keep)
        return self._targets[keep]

    def revise(self, root: Path) -> Revision:
        """Read the revision of the service or of a peer."""
        from pytest_pipeline.adapters.source_tree import DiskSourceTree

        inputs = self._inputs if root == self.workspace.root else ()
        return DiskSourceTree().revision(root, inputs=inputs, excluded=self._excluded)

    def peer(self, root: Path) -> Service:
        """Read the configuration of a peer service."""
        return config.load_service(root)

    def close(self) -> None:
        """End what is guarded and still runs."""
        if "processes" in self.__dict__:
            self.processes.close()


@contextmanager
def toolbox(
    root: Path,
    progress: Progress,
    *,
    inputs: Sequence[str] = (),
    excluded: Sequence[Path] = (),
    shown: str = "",
) -> Iterator[WiredToolbox]:
    """Yield the toolbox of a service root; what is guarded and still runs is ended after.

    Raises:
        StateError: If the state folder cannot be written.
    """
    tools = WiredToolbox(root, progress, inputs=inputs, excluded=excluded, shown=shown)
    tools.workspace.prepare()
    try:
        yield tools
    finally:
        tools.close()
        progress.idle()


def begin_execution(tools: WiredToolbox, *, kind: str, started_s: float | None = None) -> Execution:
    """Begin an execution and write it to the ledger.

    Args:
        tools: The toolbox.
        kind: ``pipeline``, ``stage`` or ``deploy``.
        started_s: When its process began, on the monotonic clock; None for now.

    Raises:
        SourceError: If the revision could not be determined.
    """
    now = datetime.now(UTC)
    execution = Execution(
        id=f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(2)}",
        kind=kind,
        tools=tools,
        started_s=time.monotonic() if started_s is None else started_s,
        started=tools.clock.utc(),
        interpreter=interpreter(),
    )
    tools.ledger.begin_execution(
        ExecutionRecord(execution.id, kind, execution.started, None, None, execution.summary())
    )
    return execution


def interpreter() -> Interpreter:
    """Return the Python that runs this process, with what is installed in it."""
    installed = {
        each.metadata["Name"]: each.version for each in metadata.distributions() if each.metadata
    }
    return Interpreter(platform.python_version(), dict(sorted(installed.items())))


@cache
def load_runner() -> LoadRunner:
    """Return what runs load tests of this process: Locust, in a process of its own."""
    from pytest_pipeline.adapters.locust_load import LocustRunner
    from pytest_pipeline.adapters.processes import GuardedProcesses
    from pytest_pipeline.adapters.system_clock import SystemClock

    processes = GuardedProcesses(clock=SystemClock())
    atexit.register(processes.close)
    return LocustRunner(processes)


def required_root(start: Path) -> Path:
    """Return the service root at or above a path.

    Raises:
        ConfigError: If there is none.
    """
    root = config.service_root(start)
    if root is None:
        raise ConfigError(
            f"no service root at or above {start.absolute()}: wanted a folder with pipeline.toml, "
            "or with [tool.pytest_pipeline] in its pyproject.toml; give one by --root"
        )
    return root


def load_pipeline(root: Path) -> Pipeline:
    """Read the configuration of a service root.

    Raises:
        ConfigError: With every problem, each with its file and line.
    """
    return config.load(root)


def progress_on(
    stream: IO[str], *, is_terminal: bool, width: int | None = None
) -> tuple[Progress, Console]:
    """Return progress and console on a stream.

    Args:
        stream: Where to write.
        is_terminal: Whether people watch it: colours and a live line.
        width: Columns; None to find out.
    """
    from rich.console import Console

    from pytest_pipeline.adapters.console import ConsoleProgress

    quiet = bool(os.environ.get("CI")) or not is_terminal
    console = Console(
        file=stream,
        force_terminal=is_terminal,
        width=width if width is not None else (None if is_terminal else 140),
        highlight=False,
    )
    return ConsoleProgress(console, live=not quiet), console


def standard_progress() -> Progress:
    """Return progress on standard output."""
    return progress_on(sys.stdout, is_terminal=sys.stdout.isatty())[0]


def print_summary(summary: Mapping[str, Any], console: Console | None = None) -> None:
    """Print the screen at the end of an execution."""
    from pytest_pipeline.adapters.console import render_summary

    render_summary(summary, console or _standard_console())


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table on standard output."""
    from rich.table import Table
    from rich.text import Text

    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    _standard_console().print(table)


def print_pipeline(pipeline: Pipeline, tests: Mapping[str, int], console: Console) -> None:
    """Print layers with their numbers of tests, stages with their gates, and environments."""
    from pytest_pipeline.adapters.console import render_pipeline

    render_pipeline(pipeline, tests, console)


def print_plans(root: Path, pipeline: Pipeline, options: RunOptions, console: Console) -> None:
    """Print the plan of each deployment that a whole run would make; touches nothing.

    Raises:
        ConfigError: If an option does not fit the pipeline.
        PlanError: If a strategy's options are out of range.
    """
    from pytest_pipeline.adapters.console import render_plans
    from pytest_pipeline.adapters.sql_ledger import SqlLedger, sqlite_url
    from pytest_pipeline.engine.planning import planned

    file = Workspace(root).state / "ledger.db"
    ledger = SqlLedger(sqlite_url(file)) if file.exists() else None
    render_plans(planned(pipeline, options, ledger), console)


def _standard_console() -> Console:
    return progress_on(sys.stdout, is_terminal=sys.stdout.isatty())[1]
