"""A target that puts an Envoy in front of instances: implements `engine.drilling.ports`."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlencode

from pytest_pipeline.adapters.envoy.admin import Admin, NoAnswerError
from pytest_pipeline.adapters.envoy.binary import find_envoy
from pytest_pipeline.adapters.envoy.log_file import log_tail
from pytest_pipeline.adapters.envoy.sidecars.document import document
from pytest_pipeline.adapters.envoy.sidecars.switches import switches
from pytest_pipeline.domain.drills import InjectedFault
from pytest_pipeline.domain.fleets import Instance, ProcessIdentity
from pytest_pipeline.engine.ports import Clock, LaunchRequest, Target
from pytest_pipeline.errors import TargetError

_READY_DEADLINE_S = 10.0
_POLL_S = 0.01
_STOP_GRACE_S = 1.0


@dataclass(frozen=True)
class _Pair:
    """An instance, and the Envoy in front of it."""

    behind: Instance
    sidecar: Instance
    admin: Path


class SidecarTarget:
    """Runs instances by another target; those of covered releases behind an Envoy. Thread-safe.

    Args:
        instances: Runs instances, and the Envoys as well: whatever holds for an instance's
            process, its port and its end holds for them.
        clock: For deadlines.
    """

    def __init__(self, instances: Target, clock: Clock) -> None:
        self._instances = instances
        self._clock = clock
        self._lock = threading.Lock()
        self._covered: tuple[int, str] | None = None
        self._fault: InjectedFault | None = None
        self._pairs: dict[ProcessIdentity, _Pair] = {}

    def cover(self, release: int, *, ready: str) -> None:
        """Stand in front of each instance of a release that is launched from now on.

        Releases that were covered before stay so, but nothing is done to their requests any more.
        """
        self.inject(None)
        self._covered = (release, ready)

    def inject(self, fault: InjectedFault | None) -> None:
        """Do this to the requests of the release covered last, also of instances launched later.

        Raises:
            TargetError: If an Envoy does not take it over.
        """
        if fault == self._fault:
            return
        self._fault = fault
        with self._lock:
            pairs = tuple(self._pairs.values())
        for pair in pairs:
            release = self._covered[0] if self._covered else None
            if pair.behind.release == release and self._instances.is_running(pair.sidecar):
                self._switch(pair, fault)

    def names(self, instance: str) -> tuple[str, ...]:
        """Return the names under which the processes of an instance run."""
        return (instance, _sidecar_of(instance))

    def launch(self, request: LaunchRequest) -> Instance:
        """Start an instance, and what stands in front of it; it need not be ready.

        Raises:
            TargetStartError: If one cannot be started.
        """
        if self._covered is None or request.release != self._covered[0]:
            return self._instances.launch(request)
        ready = self._covered[1]
        behind = self._instances.launch(replace(request, port=None))
        try:
            pair = self._pair(request, behind, ready)
        except BaseException:
            self._instances.stop(behind, grace_s=_STOP_GRACE_S)
            raise
        with self._lock:
            self._pairs[behind.process] = pair
        return replace(behind, port=pair.sidecar.port)

    def is_running(self, instance: Instance) -> bool:
        """Return whether this very instance still runs, and can be reached."""
        pair = self._pairs.get(instance.process)
        reached = pair is None or self._instances.is_running(pair.sidecar)
        return reached and self._instances.is_running(pair.behind if pair else instance)

    def settle(self, instance: Instance) -> None:
        """Let an instance have its full share of the machine."""
        pair = self._pairs.get(instance.process)
        self._instances.settle(pair.behind if pair else instance)

    def stop(self, instance: Instance, *, grace_s: float) -> None:
        """Stop an instance and all it started, and what stands in front of it.

        Raises:
            TargetError: If one could not be ended.
        """
        pair = self._pairs.get(instance.process)
        if pair is None:
            self._instances.stop(instance, grace_s=grace_s)
            return
        try:
            self._instances.stop(pair.behind, grace_s=grace_s)
        finally:
            self._instances.stop(pair.sidecar, grace_s=_STOP_GRACE_S)
        with self._lock:
            self._pairs.pop(instance.process, None)

    def log_tail(self, instance: Instance, *, lines: int = 30) -> str:
        """Return the last lines of the instance's own output; empty if there are none."""
        return self._instances.log_tail(instance, lines=lines)

    def _pair(self, request: LaunchRequest, behind: Instance, ready: str) -> _Pair:
        name = _sidecar_of(request.id)
        admin = request.log.with_name(f"{name}.admin")
        admin.unlink(missing_ok=True)
        sidecar = self._instances.launch(
            LaunchRequest(
                id=name,
                release=request.release,
                argv=(
                    str(find_envoy()),
                    *("--config-yaml", document(behind.port, ready=ready, fault=self._fault)),
                    *("--admin-address-path", str(admin)),
                    *("--concurrency", "1", "--disable-hot-restart"),
                    *("--log-level", "warn", "--component-log-level", "main:error"),
                ),
                cwd=request.log.parent,
                env={"PATH": os.defpath},
                log=request.log.with_name(f"{name}.log"),
                port=request.port,
            )
        )
        return _Pair(behind, sidecar, admin)

    def _switch(self, pair: _Pair, fault: InjectedFault | None) -> None:
        """Turn the switches of one Envoy, which may be starting yet.

        Raises:
            TargetError: If it does not take them over in time.
        """
        asked = f"/runtime_modify?{urlencode(switches(fault))}"
        deadline = self._clock.now() + _READY_DEADLINE_S
        while True:
            try:
                Admin(_address(pair.admin)).post(asked)
            except NoAnswerError as error:
                if not self._instances.is_running(pair.sidecar):
                    return
                if self._clock.now() > deadline:
                    raise TargetError(
                        f"{pair.sidecar.id} took no fault over within {_READY_DEADLINE_S:g} s: "
                        f"{error}",
                        output=log_tail(Path(pair.sidecar.log)),
                    ) from error
                self._clock.sleep(_POLL_S)
            else:
                return


def _sidecar_of(instance: str) -> str:
    return f"{instance}-sidecar"


def _address(file: Path) -> str:
    """Return the address of the admin interface.

    Raises:
        NoAnswerError: If it is not written down yet.
    """
    try:
        address = file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise NoAnswerError(f"no {file.name} yet") from error
    if not address:
        raise NoAnswerError(f"{file.name} is empty yet")
    return address
