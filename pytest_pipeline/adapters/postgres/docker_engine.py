"""The Docker engine: whether it answers, and whether an image can be had."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pytest_pipeline.engine.ports import Clock
from pytest_pipeline.errors import MissingExtraError, ResourceUnavailableError

if TYPE_CHECKING:
    from docker import DockerClient
    from docker.models.images import Image

#: Longest wait for the first answer of an engine, seconds.
ANSWER_TIMEOUT_S = 2
#: Where an engine listens that nothing else is said of.
DEFAULT_HOST = "unix:///var/run/docker.sock"
#: Longest wait for one message of an engine that pulls an image, seconds.
MESSAGE_TIMEOUT_S = 15
#: Longest time to pull an image, seconds.
PULL_TIMEOUT_S = 60.0


@dataclass(frozen=True)
class FoundImage:
    """An image that the engine has.

    Attributes:
        name: As configured, ``postgres:18``.
        digest: Digest in its registry, else of itself: ``sha256:…``.
    """

    name: str
    digest: str

    def __str__(self) -> str:
        """Return it for records: ``postgres:18 sha256:`` and twelve digits."""
        return f"{self.name} {self.digest[: len('sha256:') + 12]}"


def connect_engine(*, timeout_s: int = ANSWER_TIMEOUT_S) -> DockerClient:
    """Connect to the engine of ``DOCKER_HOST``, or of the current Docker context.

    Raises:
        MissingExtraError: If the extra is not installed.
        ResourceUnavailableError: If no engine answers in time.
    """
    try:
        from docker.errors import DockerException  # noqa: PLC0415 - an extra
        from testcontainers.core.docker_client import (  # noqa: PLC0415
            DockerClient,
            get_docker_host,
        )
    except ImportError as error:
        raise MissingExtraError("PostgreSQL in a container", "containers") from error
    try:
        _demand_listener(get_docker_host() or DEFAULT_HOST, timeout_s=timeout_s)
        return DockerClient(timeout=timeout_s).client
    except (DockerException, OSError) as error:
        raise ResourceUnavailableError(
            "no Docker engine answers; start one, point DOCKER_HOST at it, "
            "or use provider = 'embedded'",
            output=str(error),
        ) from error


def _demand_listener(address: str, *, timeout_s: float) -> None:
    """Fail at once where nobody listens on a local socket; Docker's client would leave it open.

    Raises:
        OSError: If nobody does.
    """
    if address.startswith("unix://"):
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(timeout_s)
            probe.connect(address.removeprefix("unix://"))


def remote_host() -> str | None:
    """Return the host of an engine elsewhere, to which it publishes ports; None for a local one."""
    from testcontainers.core.docker_client import get_docker_host  # noqa: PLC0415 - an extra

    address = urlsplit(get_docker_host() or "")
    local = address.hostname in (None, "localhost", "127.0.0.1", "::1")
    return None if local or address.scheme in ("unix", "npipe") else address.hostname


def obtain_image(name: str, *, clock: Clock, timeout_s: float = PULL_TIMEOUT_S) -> FoundImage:
    """Find an image, pulling it if the engine does not have it.

    Args:
        name: Name of the image, with tag or digest.
        clock: Measures the deadline.
        timeout_s: Longest time to pull it, seconds, > 0.

    Raises:
        MissingExtraError: If the extra is not installed.
        ResourceUnavailableError: If no engine answers or the image cannot be had.
    """
    connect_engine().close()  # fails within its own, shorter deadline
    client = connect_engine(timeout_s=MESSAGE_TIMEOUT_S)
    from docker.errors import DockerException, ImageNotFound  # noqa: PLC0415 - an extra

    try:
        try:
            image = client.images.get(name)
        except ImageNotFound:
            _pull(client, name, clock=clock, timeout_s=timeout_s)
            image = client.images.get(name)
    except (DockerException, OSError) as error:
        raise ResourceUnavailableError(
            f"the image {name} is not here and cannot be pulled; docker pull {name}, "
            "name another image, or use provider = 'embedded'",
            output=str(error),
        ) from error
    finally:
        client.close()
    return FoundImage(name, _digest(image))


def _pull(client: DockerClient, name: str, *, clock: Clock, timeout_s: float) -> None:
    from docker.utils import parse_repository_tag  # noqa: PLC0415 - an extra

    repository, tag = parse_repository_tag(name)
    deadline = clock.now() + timeout_s
    for message in client.api.pull(repository, tag=tag or "latest", stream=True, decode=True):
        if "error" in message:
            raise OSError(message["error"])
        if clock.now() > deadline:
            raise TimeoutError(f"not pulled within {timeout_s:g} s")


def _digest(image: Image) -> str:
    known = image.attrs.get("RepoDigests") or [f"@{image.id}"]
    return str(known[0]).partition("@")[2]
