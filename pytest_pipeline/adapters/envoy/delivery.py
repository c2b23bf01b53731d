"""Delivers documents to Envoy: put, wait until they are in force, take back what was refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from pytest_pipeline.adapters.envoy.admin import Admin, Updates
from pytest_pipeline.adapters.envoy.listeners import LISTENERS
from pytest_pipeline.adapters.envoy.log_file import log_tail, refusal_reason
from pytest_pipeline.adapters.envoy.resources import Resource
from pytest_pipeline.adapters.envoy.xds_folder import XdsFolder
from pytest_pipeline.engine.ports import Clock
from pytest_pipeline.errors import RouterError

_DEADLINE_S = 10.0
_RESTORE_DEADLINE_S = 1.0
_POLL_S = 0.002

#: Between "taken over" in the main thread and the worker's next request.
_WORKER_LAG_S = 0.02


class Delivery:
    """Delivers documents to a running Envoy.

    Args:
        clock: For deadlines.
        admin: Says what is in force.
        xds: Where Envoy reads.
        log: Its log.
    """

    def __init__(self, clock: Clock, admin: Admin, xds: XdsFolder, log: Path) -> None:
        self._clock = clock
        self._admin = admin
        self._xds = xds
        self._log = log
        self._unsettled = False

    def deliver(self, documents: Mapping[str, Sequence[Resource]]) -> None:
        """Put documents in the order given and wait until the main thread has taken them over.

        Documents that are as they were are only waited for. Workers get everything in the order in
        which the main thread took it over; `settle` waits for them.

        Raises:
            RouterError: If one is refused, or not taken over in time; the earlier ones are put
                back then.
            NoAnswerError: If Envoy does not answer.
        """
        before = {name: list(self._xds.documents.get(name, ())) for name in documents}
        known = self._admin.updates()
        changed = [name for name, content in documents.items() if self._xds.put(name, content)]
        try:
            self._await_taken_over(known)
        except RouterError:
            self._restore({name: before[name] for name in reversed(changed)})
            raise
        self._unsettled = self._unsettled or bool(changed)

    def settle(self) -> None:
        """Wait until workers go by what was delivered."""
        if self._unsettled:
            self._clock.sleep(_WORKER_LAG_S)
        self._unsettled = False

    def _restore(self, documents: Mapping[str, Sequence[Resource]]) -> None:
        for name, content in documents.items():
            # A file that is new stays: no cluster reads it, and the next table replaces it.
            if content or name == "cds.json":
                with suppress(RouterError):
                    self._xds.put(name, content)
        deadline = self._clock.now() + _RESTORE_DEADLINE_S
        # Else the next delivery could be blamed for what is still refused here.
        while self._missing(self._admin.updates()) and self._clock.now() < deadline:
            self._clock.sleep(_POLL_S)

    def _await_taken_over(self, known: Updates) -> None:
        deadline = self._clock.now() + _DEADLINE_S
        while True:
            updates = self._admin.updates()
            refused = updates.refused_since(known)
            if refused:
                raise RouterError(
                    f"the router refused an update ({', '.join(refused)}): "
                    f"{refusal_reason(self._log)}; wanted IP addresses and ports 1-65535",
                    output=log_tail(self._log),
                )
            missing = self._missing(updates)
            if not missing:
                return
            if self._clock.now() > deadline:
                raise RouterError(
                    f"the router did not take over {', '.join(missing)} within "
                    f"{_DEADLINE_S:g} s; its log is {self._log}",
                    output=log_tail(self._log),
                )
            self._clock.sleep(_POLL_S)

    def _missing(self, updates: Updates) -> list[str]:
        return [
            name
            for name, version in self._xds.read_versions().items()
            if updates.versions.get(_statistic(name)) != str(version)
        ]


def _statistic(name: str) -> str:
    for listener in LISTENERS:
        if name == listener.document:
            return listener.statistic
    if name == "cds.json":
        return "cluster_manager.cds.version_text"
    return f"cluster.{name.removeprefix('eds-').removesuffix('.json')}.version_text"
