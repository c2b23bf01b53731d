"""The target that runs instances as processes of this machine."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import threading
from collections.abc import Mapping
from pathlib import Path

from pytest_pipeline.domain.fleets import Instance, ProcessIdentity
from pytest_pipeline.engine.ports import Command, LaunchRequest, Processes
from pytest_pipeline.errors import TargetError, TargetStartError

_HOST = "127.0.0.1"
#: Free ports are looked for below the ranges from which systems take ports for outgoing
#: connections (Linux from 32768, macOS from 49152), so that no client takes ours meanwhile.
_PORTS = range(20000, 30000)
_TRIES = 100
_CONNECT_S = 0.2
_BLOCK_BYTES = 8192


class ProcessTarget:
    """Runs instances as guarded processes that listen on the loopback address; thread-safe.

    Args:
        processes: Starts and ends them.
        keep: Whether instances survive this process.
    """

    def __init__(self, processes: Processes, *, keep: bool = False) -> None:
        self._processes = processes
        self._keep = keep
        self._lock = threading.Lock()
        self._given: dict[int, ProcessIdentity | None] = {}

    def launch(self, request: LaunchRequest) -> Instance:
        """Start an instance; it need not be ready.

        Raises:
            TargetStartError: If it cannot be started, or the port that it wants is taken.
        """
        port = self._take_port(request)
        try:
            process = self._processes.start(
                Command(
                    argv=tuple(part.replace("{port}", str(port)) for part in request.argv),
                    cwd=request.cwd,
                    env=_environment(request.env, port),
                    log=request.log,
                    name=request.id,
                    yielding=request.yielding,
                ),
                keep=self._keep,
            )
        except BaseException:
            self._given.pop(port, None)
            raise
        self._given[port] = process
        return Instance(
            id=request.id,
            release=request.release,
            host=_HOST,
            port=port,
            process=process,
            log=str(request.log),
        )

    def is_running(self, instance: Instance) -> bool:
        """Return whether this very instance still runs."""
        return self._processes.is_running(instance.process)

    def settle(self, instance: Instance) -> None:
        """Let an instance have its full share of the processor."""
        self._processes.settle(instance.process)

    def stop(self, instance: Instance, *, grace_s: float) -> float | None:
        """Stop an instance and all it started; nothing if it is gone.

        Args:
            instance: Which one; also one that another process launched.
            grace_s: Time between SIGTERM and SIGKILL, seconds, >= 0.

        Returns:
            From SIGTERM to its exit, seconds; None when that is not known.

        Raises:
            TargetError: If it could not be ended.
        """
        lasted_s = self._processes.stop(instance.process, grace_s=grace_s)
        if self._processes.is_running(instance.process):
            raise TargetError(
                f"{instance.id} (process {instance.process.pid}) could not be ended:"
                f" it runs after SIGKILL; end it by hand, it holds port {instance.port}",
                output=self.log_tail(instance),
            )
        with self._lock:
            if self._given.get(instance.port) == instance.process:
                del self._given[instance.port]
        return lasted_s

    def log_tail(self, instance: Instance, *, lines: int = 30) -> str:
        """Return the last lines of its output; empty if there are none."""
        try:
            return _tail(Path(instance.log), lines)
        except OSError:
            return ""

    def _take_port(self, request: LaunchRequest) -> int:
        """Return a port that nobody listens on, and that no living instance was given."""
        with self._lock:
            self._given = {
                port: process
                for port, process in self._given.items()
                if process is None or self._processes.is_running(process)
            }
            port = self._free_port() if request.port is None else request.port
            if port in self._given or not _is_free(port):
                raise TargetStartError(
                    f"cannot start {request.id}: port {port} of {_HOST} is taken{_holder(port)};"
                    " stop what holds it, or let a free port be chosen"
                )
            self._given[port] = None
            return port

    def _free_port(self) -> int:
        for _ in range(_TRIES):
            port = secrets.choice(_PORTS)
            if port not in self._given and _is_free(port):
                return port
        with socket.socket() as any_port:
            any_port.bind((_HOST, 0))
            return int(any_port.getsockname()[1])


def _environment(env: Mapping[str, str], port: int) -> dict[str, str]:
    """Fill in the port; instances may cache bytecode, which halves the time to start."""
    return {
        name: value.replace("{port}", str(port))
        for name, value in env.items()
        if name != "PYTHONDONTWRITEBYTECODE"
    }


def _is_free(port: int) -> bool:
    with socket.socket() as listener:
        # Connections that were closed a moment ago do not hold a port against its next server.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((_HOST, port))
        except (OSError, OverflowError):
            return False
    with socket.socket() as client:  # a server on all addresses need not refuse the bind above
        client.settimeout(_CONNECT_S)
        return client.connect_ex((_HOST, port)) != 0


def _holder(port: int) -> str:
    """Return `` by NAME (process N)`` where the system tells, else nothing."""
    with contextlib.suppress(Exception):  # a courtesy; psutil is an extra and may be refused
        import psutil  # noqa: PLC0415 - an extra

        for connection in psutil.net_connections(kind="tcp"):
            listens = connection.status == psutil.CONN_LISTEN and connection.pid
            if listens and connection.laddr[1:2] == (port,):
                name = psutil.Process(connection.pid).name()
                return f" by {name} (process {connection.pid})"
    return ""


def _tail(log: Path, lines: int) -> str:
    """Read blocks from the end until there are enough lines."""
    if lines <= 0:
        return ""
    with log.open("rb") as file:
        begin, found = file.seek(0, os.SEEK_END), b""
        while begin > 0 and found.count(b"\n") <= lines:
            size = min(_BLOCK_BYTES, begin)
            begin -= size
            file.seek(begin)
            found = file.read(size) + found
    return b"".join(found.splitlines(keepends=True)[-lines:]).decode(errors="replace")
