"""Removes Docker containers of an owner that is gone."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Sequence

#: Longest wait for one answer of the Docker engine.
_ANSWER_S = 5
#: Where an engine listens that nothing else is said of.
DEFAULT_HOST = "unix:///var/run/docker.sock"


def remove_containers(identifiers: Sequence[str], *, timeout_s: float) -> tuple[str, ...]:
    """Kill and remove containers with their anonymous volumes.

    The engine of ``DOCKER_HOST`` is asked. It may hang, which must not hold up anything else: the
    work is left to itself when the time is over.

    Args:
        identifiers: Identifiers or names.
        timeout_s: Longest time for all, seconds.

    Returns:
        The containers that are gone now.
    """
    if not identifiers:
        return ()
    gone: list[str] = []
    workers = [
        threading.Thread(target=_remove, args=(identifier, gone), daemon=True)
        for identifier in identifiers
    ]
    for worker in workers:
        worker.start()
    deadline = time.monotonic() + timeout_s
    for worker in workers:
        worker.join(max(0.0, deadline - time.monotonic()))
    return tuple(gone)


def engine_listens() -> bool:
    """Return whether somebody listens where the Docker engine is expected.

    Docker's own client leaves its socket open where nobody does. Of an engine that is not local
    nothing is known before it is asked.
    """
    address = os.environ.get("DOCKER_HOST") or DEFAULT_HOST
    if not address.startswith("unix://"):
        return True
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(_ANSWER_S)
        try:
            probe.connect(address.removeprefix("unix://"))
        except OSError:
            return False
    return True


def _remove(identifier: str, gone: list[str]) -> None:
    try:
        import docker  # noqa: PLC0415 - an extra, and slow to import
        from docker.errors import DockerException, NotFound  # noqa: PLC0415
    except ImportError:
        return
    if not engine_listens():
        return
    with (
        contextlib.suppress(DockerException, OSError),
        contextlib.closing(docker.from_env(timeout=_ANSWER_S)) as engine,
    ):
        with contextlib.suppress(NotFound):
            engine.api.remove_container(identifier, force=True, v=True)
        gone.append(identifier)
