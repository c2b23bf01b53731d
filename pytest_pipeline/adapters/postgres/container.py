"""PostgreSQL in a container of the Docker engine, by testcontainers."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_pipeline.adapters.postgres.container_server import (
    PORT,
    ContainerServer,
    published_addresses,
    remove_container,
)
from pytest_pipeline.adapters.postgres.docker_engine import (
    FoundImage,
    connect_engine,
    obtain_image,
    remote_host,
)
from pytest_pipeline.adapters.postgres.guards import Guards
from pytest_pipeline.adapters.postgres.login import SUPERUSER, Login, answers, await_login
from pytest_pipeline.adapters.postgres.records import ServerRecord
from pytest_pipeline.adapters.postgres.secret_files import new_password, write_secret
from pytest_pipeline.domain.resources import PostgresSpec
from pytest_pipeline.engine.ports import Clock
from pytest_pipeline.errors import PipelineError, ResourceError

if TYPE_CHECKING:
    from testcontainers.core.container import DockerContainer

#: Label by which containers of this package are found.
LABEL = "pytest-pipeline.owner"
#: Longest wait for one answer of the engine while a container is created, seconds.
CREATE_TIMEOUT_S = 30

# The data lives no longer than its environment.
_COMMAND = [
    "postgres",
    *("-c", "fsync=off"),
    *("-c", "synchronous_commit=off"),
    *("-c", "full_page_writes=off"),
    *("-c", "max_connections=200"),
]


class ContainerPostgres:
    """Implements `engine.ports.PostgresProvider` with a Docker engine.

    Args:
        processes: Guards the container.
        clock: Measures deadlines.
        owner: Value of the container's label.
    """

    def __init__(self, processes: Guards, clock: Clock, *, owner: str = "") -> None:
        self._processes = processes
        self._clock = clock
        self._owner = owner or secrets.token_hex(8)

    def image(self, spec: PostgresSpec) -> FoundImage:
        """Find the spec's image, pulling it where needed.

        Raises:
            MissingExtraError: If the extra is not installed.
            ResourceUnavailableError: If no engine answers or the image cannot be had.
        """
        return obtain_image(_full_name(spec.image), clock=self._clock)

    def provide(self, spec: PostgresSpec, *, folder: Path, keep: bool) -> ContainerServer:
        """Start a server and wait until it accepts connections; see the port.

        Raises:
            MissingExtraError: If the extra is not installed.
            ResourceUnavailableError: If no engine answers or the image cannot be had.
            ResourceError: If the server does not start; carries its log.
        """
        image = self.image(spec)
        name = f"pytest-pipeline-postgres-{secrets.token_hex(6)}"
        self._processes.guard_container(name, keep=keep)
        start = _Start(self._clock, image, name, new_password(), spec.start_timeout_s)
        try:
            with _failures_named(name, image):
                host, port, version = start.run(owner=self._owner)
            secret = folder / "postgres.password"
            write_secret(secret, start.password)
        except BaseException:
            remove_container(name)
            self._processes.forget_container(name)
            raise
        record = ServerRecord(
            provider="container",
            version=f"{version} ({image})",
            note="",
            host=host,
            port=port,
            secret=str(secret),
            container=name,
            image=image.digest,
        )
        return ContainerServer(record, self._processes)


@dataclass(frozen=True)
class _Start:
    """One container being started."""

    clock: Clock
    image: FoundImage
    name: str
    password: str
    timeout_s: float

    def run(self, *, owner: str) -> tuple[str, int, str]:
        """Start it; return its address, port and version once it lets us in."""
        container = self._container(owner)
        with _without_ryuk():
            container.start()
        deadline = self.clock.now() + self.timeout_s
        host, port = self._address(deadline)
        version = await_login(
            Login(host, port, self.password),
            clock=self.clock,
            timeout_s=max(deadline - self.clock.now(), 1.0),
            gone=self._gone,
        )
        return host, port, version

    def _container(self, owner: str) -> DockerContainer:
        # Not PostgresContainer: it waits by a shell command that holds the password, for everybody
        # on the machine to read, and by deadlines of its own.
        from testcontainers.core.container import DockerContainer  # noqa: PLC0415 - an extra

        container = DockerContainer(
            self.image.name, docker_client_kw={"timeout": CREATE_TIMEOUT_S}, name=self.name
        )
        container.image = self.image.name  # the prefix for hub images is in it already
        container.with_envs(POSTGRES_USER=SUPERUSER, POSTGRES_PASSWORD=self.password)
        container.with_command(_COMMAND)
        container.with_kwargs(labels={LABEL: owner})
        # An address without a port: a free one of the loopback alone. The method for it takes none.
        binding = None if remote_host() else ("127.0.0.1",)
        container.ports[PORT] = binding  # type: ignore[assignment]
        return container

    def _address(self, deadline: float) -> tuple[str, int]:
        """Return the address at which the server answers: its published port, or its own."""
        while True:
            reason = self._gone()
            if reason is not None:
                raise ResourceError(reason)
            for host, port in published_addresses(self.name):
                if answers(host, port, timeout_s=1.0):
                    return host, port
            if self.clock.now() > deadline:
                raise ResourceError(f"it did not answer within {self.timeout_s:g} s")
            self.clock.sleep(0.05)

    def _gone(self) -> str | None:
        client = connect_engine()
        try:
            container = client.containers.get(self.name)
            if container.status in ("exited", "dead", "removing"):
                return f"it ended while it started: {_tail(container.logs(tail=30))}"
        finally:
            client.close()
        return None


@contextlib.contextmanager
def _failures_named(name: str, image: FoundImage) -> Iterator[None]:
    """Say of every failure which container it was."""
    from docker.errors import DockerException  # noqa: PLC0415 - an extra

    try:
        yield
    except (PipelineError, DockerException, OSError) as error:
        raise ResourceError(
            f"PostgreSQL in a container ({image}, {name}) did not start: {error}; "
            "try docker run with this image, or use provider = 'embedded'",
        ) from error


@contextlib.contextmanager
def _without_ryuk() -> Iterator[None]:
    """Start no reaper: it ends kept containers, and the guard of processes ends the others.

    The setting is of testcontainers' module, so that the tests' own use of it stays as it was.
    """
    from testcontainers.core.config import testcontainers_config  # noqa: PLC0415 - an extra

    before = testcontainers_config.ryuk_disabled
    testcontainers_config.ryuk_disabled = True
    try:
        yield
    finally:
        testcontainers_config.ryuk_disabled = before


def _full_name(image: str) -> str:
    """Return an image's name with the registry prefix of testcontainers' configuration."""
    try:
        from testcontainers.core.config import testcontainers_config  # noqa: PLC0415 - an extra
    except ImportError:
        return image  # whoever looks for the image says what is missing
    return f"{testcontainers_config.hub_image_name_prefix}{image}"


def _tail(log: bytes) -> str:
    return log.decode(errors="replace").strip()[-2000:]
