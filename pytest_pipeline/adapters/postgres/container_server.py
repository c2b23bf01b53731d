"""A running server in a container."""

from __future__ import annotations

from pathlib import Path

from pytest_pipeline.adapters.postgres.docker_engine import connect_engine, remote_host
from pytest_pipeline.adapters.postgres.guards import Guards
from pytest_pipeline.adapters.postgres.login import Login, answers
from pytest_pipeline.adapters.postgres.records import ServerRecord
from pytest_pipeline.adapters.postgres.secret_files import read_secret
from pytest_pipeline.errors import ResourceError

#: The server's port in its container.
PORT = "5432/tcp"
#: Longest wait for the engine to kill and remove a container, seconds.
REMOVE_TIMEOUT_S = 20


class ContainerServer:
    """Implements `engine.ports.PostgresServer` for a container.

    Args:
        record: What is known of it.
        processes: Guarded it.
    """

    def __init__(self, record: ServerRecord, processes: Guards) -> None:
        self._record = record
        self._processes = processes

    @property
    def provider(self) -> str:
        """``container``."""
        return self._record.provider

    @property
    def version(self) -> str:
        """Server version as it says of itself, and the image."""
        return self._record.version

    @property
    def note(self) -> str:
        """Why this provider was taken; may be empty."""
        return self._record.note

    @property
    def image(self) -> str:
        """Digest of its container's image; empty for a process."""
        return self._record.image

    def state(self) -> ServerRecord:
        """Return what a later command needs to stop it."""
        return self._record

    def create_database(self, name: str) -> str:
        """Create an empty database and return its URL; see the port."""
        record = self._record
        login = Login(record.host, record.port, read_secret(Path(record.secret)))
        return login.create_database(name)

    def is_running(self) -> bool:
        """Return whether the server answers."""
        return answers(self._record.host, self._record.port)

    def stop(self) -> None:
        """Remove the container, its data and its password; nothing if it is gone.

        Raises:
            ResourceUnavailableError: If the engine does not answer.
            ResourceError: If it refuses.
        """
        remove_container(self._record.container)
        self._processes.forget_container(self._record.container)
        Path(self._record.secret).unlink(missing_ok=True)


def remove_container(name: str) -> None:
    """Kill and remove a container with its data; nothing if there is none of that name.

    Raises:
        ResourceUnavailableError: If the engine does not answer.
        ResourceError: If it refuses.
    """
    from docker.errors import APIError, DockerException, NotFound  # noqa: PLC0415 - an extra

    client = connect_engine(timeout_s=REMOVE_TIMEOUT_S)
    try:
        client.api.remove_container(name, force=True, v=True)
    except NotFound:
        return
    except APIError as error:
        if error.status_code != 409:  # noqa: PLR2004 - "removal is already in progress"
            raise ResourceError(_still_there(name, error)) from error
    except (DockerException, OSError) as error:
        raise ResourceError(_still_there(name, error)) from error
    finally:
        client.close()


def published_addresses(name: str) -> tuple[tuple[str, int], ...]:
    """Return where a container's server may be reached, best first.

    The published port; and the container's own address, for a process that runs in a container
    beside it, whose loopback is another.
    """
    client = connect_engine()
    try:
        network = client.containers.get(name).attrs["NetworkSettings"]
    finally:
        client.close()
    remote = remote_host()
    ports = [int(each["HostPort"]) for each in network["Ports"].get(PORT) or ()]
    published = tuple((remote or "127.0.0.1", port) for port in ports[:1])
    own = (
        ()
        if remote
        else tuple(
            (each["IPAddress"], int(PORT.partition("/")[0]))
            for each in network["Networks"].values()
            if each.get("IPAddress")
        )
    )
    return (*published, *own)


def _still_there(name: str, error: Exception) -> str:
    return f"the container {name} could not be removed: {error}; docker rm -f {name}"
