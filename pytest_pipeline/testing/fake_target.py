"""A target whose instances are entries in a dictionary."""

from __future__ import annotations

from pytest_pipeline.domain.fleets import Instance, ProcessIdentity
from pytest_pipeline.engine.ports import LaunchRequest
from pytest_pipeline.errors import TargetError, TargetStartError

_FIRST_PORT = 20000
_FIRST_PID = 100000


class FakeTarget:
    """The target port without processes: deterministic, no threads, no clock.

    Ports and process numbers count up. Failures are asked for by the identifier of the instance.

    Args:
        output: What every instance writes when it is launched.
    """

    def __init__(self, *, output: str = "") -> None:
        self._output = output
        self._next_port = _FIRST_PORT
        self._next_pid = _FIRST_PID
        self._running: dict[int, Instance] = {}
        self._at_port: dict[int, Instance] = {}
        self._logs: dict[str, str] = {}
        self._failing: dict[str, str] = {}
        self._unstoppable: set[str] = set()
        self._yielding: set[str] = set()
        self.requests: list[LaunchRequest] = []

    def launch(self, request: LaunchRequest) -> Instance:
        """Launch an instance.

        Raises:
            TargetStartError: If `fail_launch` asked for it, or the port is taken.
        """
        self.requests.append(request)
        if request.id in self._failing:
            raise TargetStartError(f"cannot start {request.id}: {self._failing[request.id]}")
        process = ProcessIdentity(self._next_pid, float(len(self.requests)))
        self._next_pid += 1
        instance = Instance(
            id=request.id,
            release=request.release,
            host="127.0.0.1",
            port=self._port_for(request),
            process=process,
            log=str(request.log),
        )
        self._running[process.pid] = instance
        if request.yielding:
            self._yielding.add(instance.id)
        self._at_port[instance.port] = instance
        self._logs[instance.log] = self._logs.get(instance.log, "") + self._output
        return instance

    def is_running(self, instance: Instance) -> bool:
        """Return whether this very instance still runs."""
        found = self._running.get(instance.process.pid)
        return found is instance or (found is not None and found.process == instance.process)

    def settle(self, instance: Instance) -> None:
        """Let an instance have its full share."""
        self._yielding.discard(instance.id)

    def stop(self, instance: Instance, *, grace_s: float) -> None:  # noqa: ARG002 - the port's
        """Stop an instance; nothing if it is gone.

        Raises:
            TargetError: If `fail_stop` asked for it.
        """
        if instance.id in self._unstoppable and self.is_running(instance):
            raise TargetError(f"{instance.id} could not be ended")
        self._end(instance)

    def log_tail(self, instance: Instance, *, lines: int = 30) -> str:
        """Return the last lines of its output; empty if there are none."""
        written = self._logs.get(instance.log, "").splitlines(keepends=True)
        return "".join(written[-lines:]) if lines > 0 else ""

    @property
    def yielding(self) -> tuple[str, ...]:
        """The identifiers of running instances that give way to others, in order of launch."""
        return tuple(each.id for each in self.running if each.id in self._yielding)

    @property
    def running(self) -> tuple[Instance, ...]:
        """The instances that run, in order of launch."""
        return tuple(self._running.values())

    def at_port(self, port: int) -> Instance | None:
        """Return the running instance that has a port; None where nobody listens."""
        return self._at_port.get(port)

    def fail_launch(self, *ids: str, reason: str = "the drill says so") -> None:
        """Let the launch of these instances fail from now on."""
        self._failing |= dict.fromkeys(ids, reason)

    def fail_stop(self, *ids: str) -> None:
        """Let stopping these instances fail from now on, as if they could not be ended."""
        self._unstoppable |= set(ids)

    def die(self, instance: Instance, *, output: str = "") -> None:
        """Let an instance die by itself, after some last words."""
        self._end(instance)
        self._logs[instance.log] = self._logs.get(instance.log, "") + output

    def _end(self, instance: Instance) -> None:
        if self.is_running(instance):
            del self._running[instance.process.pid]
            self._yielding.discard(instance.id)
            del self._at_port[instance.port]

    def _port_for(self, request: LaunchRequest) -> int:
        if request.port is None:
            while self._next_port in self._at_port:
                self._next_port += 1
            self._next_port += 1
            return self._next_port - 1
        if request.port in self._at_port:
            raise TargetStartError(
                f"cannot start {request.id}: port {request.port} is taken by"
                f" {self._at_port[request.port].id}; stop it or ask for another port"
            )
        return request.port
