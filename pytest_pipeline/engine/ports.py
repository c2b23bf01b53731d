"""What the engine needs of the world: one Protocol a concern.

Every duration is in seconds, every deadline on the monotonic clock. Adapters raise the errors of
`pytest_pipeline.errors`; a message names what was wanted, what was got and what to do next.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from pytest_pipeline.domain.alarms import PoolStatistics
from pytest_pipeline.domain.artifacts import Manifest
from pytest_pipeline.domain.environments import ProbeSpec
from pytest_pipeline.domain.fleets import Instance, ProcessIdentity
from pytest_pipeline.domain.handoffs import EnvironmentHandoff
from pytest_pipeline.domain.instance_counts import MetricsSpec
from pytest_pipeline.domain.load import LoadResult, LoadSpec
from pytest_pipeline.domain.marked_requests import RoutedRequest
from pytest_pipeline.domain.resources import PostgresSpec
from pytest_pipeline.domain.revisions import Revision
from pytest_pipeline.domain.routing import RoutingTable
from pytest_pipeline.domain.services import BuildSpec
from pytest_pipeline.domain.traffic import RequestSample


class Clock(Protocol):
    """Time."""

    def now(self) -> float:
        """Return seconds on the monotonic clock; only differences mean something."""
        ...

    def sleep(self, seconds: float) -> None:
        """Let at least this long pass."""
        ...

    def utc(self) -> str:
        """Return the time of day for records, ISO 8601 in UTC with milliseconds."""
        ...


@dataclass(frozen=True)
class Command:
    """A command to start.

    Attributes:
        argv: Program and arguments.
        cwd: Working directory.
        env: Its whole environment.
        log: File its output is appended to.
        name: What it is, for people: ``orders r7-0 (staging)``.
        user: System user to run as; None for the own.
        yielding: Whether it gives way to others, where the system can, until it is settled.
    """

    argv: tuple[str, ...]
    cwd: Path
    env: Mapping[str, str] = field(repr=False)  # may hold secrets
    log: Path
    name: str
    user: str | None = None
    yielding: bool = False


@dataclass(frozen=True)
class Completed:
    """A command that ran to its end.

    Attributes:
        exit_code: Its exit code; negative for a signal; None when its deadline passed.
        output: Its output, standard error included.
    """

    exit_code: int | None
    output: str


class Processes(Protocol):
    """Starts processes that cannot outlive their owner.

    Each process leads a process group of its own and is guarded: when the owner dies, however, the
    group is ended within 5 s - unless it was started with ``keep`` and handed over.
    """

    def start(self, command: Command, *, keep: bool = False) -> ProcessIdentity:
        """Start a process and return at once.

        Args:
            command: What is started.
            keep: Whether it survives its owner, once `hand_over` was called.

        Raises:
            TargetStartError: If the program cannot be started.
        """
        ...

    def hand_over(self) -> None:
        """Let everything that was started with ``keep`` survive from now on.

        To be called when it is written down how to find it again: until then nobody could.
        """
        ...

    def run(self, command: Command, *, timeout_s: float) -> Completed:
        """Run a command to its end, or end its group at the deadline."""
        ...

    def is_running(self, process: ProcessIdentity) -> bool:
        """Return whether this very process still runs."""
        ...

    def settle(self, process: ProcessIdentity) -> None:
        """Let a process that gave way have its full share; nothing if it is gone."""
        ...

    def stop(self, process: ProcessIdentity, *, grace_s: float) -> float | None:
        """End a process group: SIGTERM, after ``grace_s`` SIGKILL; nothing if it is gone.

        Returns:
            How long the processes themselves took, from the first signal, seconds; None when that
            is not known.
        """
        ...


@dataclass(frozen=True)
class LaunchRequest:
    """An instance to start.

    Attributes:
        id: Identifier of the instance.
        release: Number of its release.
        argv: Command; ``{port}`` stands for the port the target chooses.
        cwd: Working directory.
        env: Its environment variables (whole; ``{port}`` is replaced in values as well).
        log: File its output is appended to.
        port: Port to take; None for a free one.
        yielding: Whether its start gives way to what serves, where the target can.
    """

    id: str
    release: int
    argv: tuple[str, ...]
    cwd: Path
    env: Mapping[str, str] = field(repr=False)
    log: Path
    port: int | None = None
    yielding: bool = False


class Target(Protocol):
    """Runs instances."""

    def launch(self, request: LaunchRequest) -> Instance:
        """Start an instance; it need not be ready.

        Raises:
            TargetStartError: If it cannot be started.
        """
        ...

    def is_running(self, instance: Instance) -> bool:
        """Return whether this very instance still runs."""
        ...

    def settle(self, instance: Instance) -> None:
        """Let an instance have its full share: it is ready, and will serve.

        Nothing happens if it never gave way, or is gone.
        """
        ...

    def stop(self, instance: Instance, *, grace_s: float) -> float | None:
        """Stop an instance and all it started; nothing if it is gone.

        Returns:
            How long it took itself, from SIGTERM to its exit, seconds; None when that is not known.

        Raises:
            TargetError: If it could not be ended.
        """
        ...

    def log_tail(self, instance: Instance, *, lines: int = 30) -> str:
        """Return the last lines of its output; empty if there are none."""
        ...


class HealthProbe(Protocol):
    """Asks instances whether they are ready."""

    def ready(self, url: str, *, timeout_s: float) -> str | None:
        """Ask once.

        Returns:
            None when it answered 2xx, else what it answered, for people.
        """
        ...


class Router(Protocol):
    """Spreads client traffic over instances.

    ``apply`` makes before it breaks: what is added takes part before weights change, and what is
    removed or drained leaves after. It returns when the router has taken the table over.
    """

    @property
    def url(self) -> str:
        """Base URL for clients; the same for the router's whole life."""
        ...

    @property
    def preview_url(self) -> str:
        """Base URL that leads to the table's ``preview`` pool; the same for the whole life."""
        ...

    @property
    def counts_at(self) -> str:
        """Address at which `engine.request_ledger` asks for counts; empty where nobody can."""
        ...

    def apply(self, table: RoutingTable) -> None:
        """Put a table into force.

        Raises:
            RouterError: If the router is dead or refuses the table.
        """
        ...

    def active_requests(self, instance: str) -> int:
        """Return the requests in flight at a backend; 0 for one that is not routed.

        Raises:
            RouterError: If the router does not answer.
        """
        ...

    def statistics(self, pool: str) -> PoolStatistics:
        """Return what was counted for a pool since it came into the table; zeros if it is not.

        Raises:
            RouterError: If the router does not answer.
        """
        ...

    def forget_marked(self) -> None:
        """Forget the marked requests (`domain.marked_requests`) that were seen so far.

        Raises:
            RouterError: If its record of them cannot be written.
        """
        ...

    def marked(self, tokens: Sequence[str]) -> tuple[RoutedRequest, ...]:
        """Return what was seen of clients' requests that carry a marker with one of some tokens.

        A request is seen when it is over, and remembered soon after; whoever knows what has to be
        there asks again. A router that was started anew goes on with what the one before saw.

        Args:
            tokens: Tokens of probes.

        Raises:
            RouterError: If its record of them cannot be read.
        """
        ...

    def is_running(self) -> bool:
        """Return whether the router answers."""
        ...

    def stop(self) -> None:
        """End the router; nothing if it is gone."""
        ...


class RequestCounter(Protocol):
    """Reads how many requests an instance counted."""

    def count(self, url: str, spec: MetricsSpec, *, timeout_s: float) -> int:
        """Read once.

        Args:
            url: Base URL of the instance.
            spec: Where it counts what.
            timeout_s: Longest wait for the whole answer, seconds, > 0.

        Returns:
            Requests since the instance was started; count. 0 where the counter has no sample yet.

        Raises:
            TargetError: If the instance shows no such counter in time.
            MissingExtraError: If what reads it is not installed.
        """
        ...


class RunningProbe(Protocol):
    """Client traffic under way."""

    def stop(self) -> tuple[RequestSample, ...]:
        """End the traffic, wait for answers under way, and return every request.

        Raises:
            LoadError: If the generator died or its record is incomplete.
        """
        ...


class TrafficProbe(Protocol):
    """Sends the client traffic that measures a deployment."""

    def start(self, url: str, spec: ProbeSpec, *, folder: Path) -> RunningProbe:
        """Start sending; returns when the first request was answered or given up.

        Args:
            url: Base URL of the router.
            spec: What is sent and how often.
            folder: Existing folder for its record and log.

        Raises:
            LoadError: If the generator does not start.
        """
        ...


class SmokeTests(Protocol):
    """Runs tests against a candidate that no client reaches yet."""

    def run(
        self,
        tests: Sequence[str],
        handoff: EnvironmentHandoff,
        *,
        folder: Path,
        suite: Path | None = None,
        timeout_s: float | None = None,
    ) -> None:
        """Run tests to their end.

        Args:
            tests: Names of layers, or node ids relative to the service root.
            handoff: The environment as tests see it; its URL is the preview address.
            folder: Existing folder for the record and log.
            suite: Folder of a kept suite, whose tests are run; None for those of the service root.
            timeout_s: Longest duration of all of them, seconds, > 0; None for the usual one.

        Raises:
            SmokeTestError: If one failed, or none was executed; carries pytest's output.
        """
        ...


class SuiteStore(Protocol):
    """Keeps the files of a service root as they were, so that its tests can be run later."""

    def keep(self, environment: str, revision: Revision, *, spare: Collection[str]) -> None:
        """Keep the files of the revision at hand; a few of the earlier ones are deleted.

        Args:
            environment: For which environment; each has its own.
            revision: The revision, as the service root is now.
            spare: Trees whose suites are not deleted.

        Raises:
            SourceError: If a file changed since the revision was read, or cannot be read.
            StateError: If they cannot be written.
        """
        ...

    def find(self, environment: str, tree: str) -> Path:
        """Return the folder that holds the files of a revision.

        Args:
            environment: For which environment they were kept.
            tree: Digest of the revision's tree.

        Raises:
            SuiteError: If they were not kept, or were altered since; says which.
        """
        ...


class PostgresServer(Protocol):
    """A database server that an environment owns."""

    @property
    def provider(self) -> str:
        """``container`` or ``embedded``."""
        ...

    @property
    def version(self) -> str:
        """Server version as it says of itself, with the image where there is one."""
        ...

    @property
    def note(self) -> str:
        """Why this provider was taken, where that needs saying; else empty."""
        ...

    @property
    def image(self) -> str:
        """Digest of its container image, ``sha256:…``; empty where there is none."""
        ...

    def create_database(self, name: str) -> str:
        """Create an empty database and return its URL, ``postgresql://user:password@host:port/…``.

        Raises:
            ResourceError: If the server refuses or is gone.
        """
        ...

    def is_running(self) -> bool:
        """Return whether the server answers."""
        ...

    def stop(self) -> None:
        """End the server and delete its data; nothing if it is gone."""
        ...


class PostgresProvider(Protocol):
    """Provides database servers."""

    def provide(self, spec: PostgresSpec, *, folder: Path, keep: bool) -> PostgresServer:
        """Start a server and wait until it accepts connections.

        Args:
            spec: What is wanted.
            folder: Existing folder for its log (and its data where the provider needs a place).
            keep: Whether it survives its owner.

        Raises:
            ResourceUnavailableError: If the provider that the spec insists on does not exist here.
            ResourceError: If it does not start.
        """
        ...


class SourceTree(Protocol):
    """Finds out what the source is."""

    def revision(self, root: Path, *, inputs: Sequence[str], excluded: Sequence[Path]) -> Revision:
        """Read commit and content.

        Args:
            root: The service root.
            inputs: Further files or folders, relative to it.
            excluded: Files that the tool was told to write.

        Raises:
            SourceError: If something cannot be read.
        """
        ...


class History(Protocol):
    """Knows what a change is a change of."""

    def merge_base(self, root: Path, base: str | None) -> str:
        """Return the commit that measurements are compared with.

        That is where the branch left ``base``; on that commit itself, its first parent.

        Args:
            root: The service root.
            base: The branch; None for the default branch of the remote, else the local one.

        Raises:
            BaselineError: If it cannot be told, as in a shallow clone; says what to do.
        """
        ...

    def changed_lines(self, root: Path, commit: str) -> Mapping[str, frozenset[int]]:
        """Return the lines that differ from a commit, those not committed yet included.

        Returns:
            By path below the root, with ``/``: the numbers, from 1, of lines that were added or
            changed. Files that are gone, or that are no text, are left out.

        Raises:
            BaselineError: If it cannot be told.
        """
        ...

    def is_ancestor(self, root: Path, commit: str, *, of: str) -> bool:
        """Return whether a commit comes before another one; False for the same one.

        Args:
            root: The service root.
            commit: The commit that may be older.
            of: The other one.

        Raises:
            BaselineError: If it cannot be told, as in a shallow clone; says what to do.
        """
        ...


class WorkTrees(Protocol):
    """Has the files of a commit apart from those that are being worked on."""

    def checked_out(self, root: Path, commit: str) -> AbstractContextManager[Path]:
        """Return a context with the service root as it was in a commit, in a temporary folder.

        The folder is outside of the project and is removed at the end, whatever ends it.

        Args:
            root: The service root.
            commit: The commit.

        Raises:
            BaselineError: If the commit cannot be checked out, or had no such service.
        """
        ...


class Builder(Protocol):
    """Builds artifacts."""

    def build(self, root: Path, spec: BuildSpec, *, name: str, tree: str, into: Path) -> Manifest:
        """Build the artifact of a service.

        Args:
            root: The service root.
            spec: How.
            name: Name of the service.
            tree: Digest of the revision's tree, for the manifest.
            into: Existing, empty folder that receives the files.

        Returns:
            The manifest of the files in ``into`` (itself not among them).

        Raises:
            BuildError: With the builder's output.
        """
        ...


@dataclass(frozen=True)
class Installed:
    """An artifact made ready to run.

    Attributes:
        artifact: Digest of the artifact.
        folder: Folder of the artifact's files, read-only by agreement.
        path: Folders to put before ``PATH``: the virtual environment's ``bin`` for wheels, that of
            the running Python otherwise.
        variables: Environment variables that instances need to run it well.
    """

    artifact: str
    folder: Path
    path: tuple[Path, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)


class ArtifactStore(Protocol):
    """Keeps artifacts in `.pipeline/`, addressed by digest."""

    def add(self, manifest: Manifest, files: Path) -> str:
        """Move built files into the store and return the artifact's digest."""
        ...

    def find(self, tree: str, name: str) -> str | None:
        """Return the digest of the artifact built from a revision's tree, if it is here."""
        ...

    def verify(self, digest: str) -> Manifest:
        """Compare every byte of an artifact with its manifest.

        Raises:
            ArtifactError: If it is missing, altered, or holds more than was built; names the files.
        """
        ...

    def folder(self, digest: str) -> Path:
        """Return the folder of an artifact's files."""
        ...


class Installer(Protocol):
    """Makes artifacts ready to run: one installation per digest, made once."""

    def install(self, manifest: Manifest, folder: Path) -> Installed:
        """Install an artifact whose bytes were verified.

        Raises:
            BuildError: With the installer's output.
        """
        ...


class LoadRunner(Protocol):
    """Runs a load test."""

    def run(self, spec: LoadSpec, *, folder: Path) -> LoadResult:
        """Run it to its end.

        Args:
            spec: What is asked.
            folder: Existing folder for records and logs.

        Raises:
            LoadError: If the generator could not be run at all; carries its output.
        """
        ...


class Journal(Protocol):
    """Appends entries that survive `kill -9`, in order."""

    def append(self, deployment: str, entry: Mapping[str, object]) -> None:
        """Write an entry; returns when it is on disk.

        Raises:
            StateError: If it cannot be written.
        """
        ...

    def read(self, deployment: str) -> tuple[Mapping[str, object], ...]:
        """Return the entries of a deployment in order; a torn last one is left out."""
        ...
