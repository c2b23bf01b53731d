"""The router: implements `engine.ports.Router` with Envoy."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pytest_pipeline.adapters.envoy import resources
from pytest_pipeline.adapters.envoy.admin import Admin, NoAnswerError
from pytest_pipeline.adapters.envoy.delivery import Delivery
from pytest_pipeline.adapters.envoy.log_file import LOG_NAME, log_tail
from pytest_pipeline.adapters.envoy.marked_log import MarkedLog
from pytest_pipeline.adapters.envoy.routes import routes
from pytest_pipeline.adapters.envoy.state import EnvoyState
from pytest_pipeline.adapters.envoy.statistics import pool_statistics, read_counts
from pytest_pipeline.adapters.envoy.transition import widened
from pytest_pipeline.adapters.envoy.xds_folder import XdsFolder
from pytest_pipeline.domain.alarms import PoolStatistics
from pytest_pipeline.domain.marked_requests import RoutedRequest
from pytest_pipeline.domain.routing import Pool, RoutingTable
from pytest_pipeline.engine.ports import Clock, Processes
from pytest_pipeline.errors import RouterError

_LIVENESS_TIMEOUT_S = 2.0
_STOP_GRACE_S = 5.0


class EnvoyRouter:
    """A running Envoy; see `start_envoy` and `attach_envoy`.

    The documents in its folder are what it was told last, so that the table in force survives the
    process that applied it.

    Raises:
        RouterError: If the documents in the folder cannot be read.
    """

    def __init__(self, processes: Processes, clock: Clock, state: EnvoyState) -> None:
        self._processes = processes
        self._state = state
        self._log = Path(state.folder) / LOG_NAME
        self._marked = MarkedLog(Path(state.folder))
        self._admin = Admin(state.admin)
        self._xds = XdsFolder(Path(state.folder))
        self._delivery = Delivery(clock, self._admin, self._xds, self._log)

    @property
    def url(self) -> str:
        """Base URL for clients; the same for the router's whole life."""
        return self._state.url

    @property
    def preview_url(self) -> str:
        """Base URL that leads to the table's ``preview`` pool; the same for the whole life."""
        return self._state.preview_url

    @property
    def counts_at(self) -> str:
        """Address at which `engine.request_ledger` asks for counts; empty where nobody can."""
        return self._state.admin

    @property
    def table(self) -> RoutingTable:
        """The table that was applied last."""
        return resources.read_table(self._xds.documents)

    def state(self) -> EnvoyState:
        """Return what `attach_envoy` needs."""
        return self._state

    def apply(self, table: RoutingTable) -> None:
        """Put a table into force: add, change who answers what, then drain and remove.

        Raises:
            RouterError: If the router is dead or refuses the table. What came before the refused
                part is in force then; clients are served as before or as wanted.
        """
        try:
            self._announce(widened(self.table.pools, table.pools))
            self._delivery.deliver(routes(table))
            self._announce(table.pools)
            self._delivery.settle()
        except NoAnswerError as error:
            raise self._failure(error) from error
        self._xds.remove_unread()

    def active_requests(self, instance: str) -> int:
        """Return the requests in flight at a backend; 0 for one that is not routed.

        Raises:
            RouterError: If the router does not answer.
        """
        try:
            return self._admin.active_requests(instance)
        except NoAnswerError as error:
            raise self._failure(error) from error

    def statistics(self, pool: str) -> PoolStatistics:
        """Return what was counted for a pool, see `pool_statistics`; zeros if unknown.

        A pool that leaves the table is forgotten. Latencies are up to 0.25 s behind.

        Raises:
            RouterError: If the router does not answer.
        """
        try:
            first = read_counts(self._admin.cluster_statistics(pool))
            second = read_counts(self._admin.cluster_statistics(pool))
        except NoAnswerError as error:
            raise self._failure(error) from error
        return pool_statistics(first, second)

    def forget_marked(self) -> None:
        """Forget the marked requests that were seen so far.

        Raises:
            RouterError: If its record of them cannot be written.
        """
        self._marked.forget()

    def marked(self, tokens: Sequence[str]) -> tuple[RoutedRequest, ...]:
        """Return what was seen of requests that carry a marker with one of some tokens.

        A request is there within `marked_log.FLUSH_INTERVAL_MS` after its end. What the router had
        not written when it died is missing.

        Raises:
            RouterError: If its record of them cannot be read.
        """
        return self._marked.read(tokens)

    def is_running(self) -> bool:
        """Return whether the router answers."""
        # Another program may have got the port of a dead router's admin interface.
        return self._processes.is_running(self._state.process) and self._admin.is_live(
            timeout_s=_LIVENESS_TIMEOUT_S
        )

    def stop(self) -> None:
        """End the router; nothing if it is gone."""
        self._processes.stop(self._state.process, grace_s=_STOP_GRACE_S)

    def _announce(self, pools: Sequence[Pool]) -> None:
        documents = {resources.endpoints_file(p.name): [resources.endpoints(p)] for p in pools}
        # Last: a cluster reads its endpoints in the moment it is announced.
        documents["cds.json"] = [resources.cluster(p.name, self._xds.watched) for p in pools]
        self._delivery.deliver(documents)

    def _failure(self, error: NoAnswerError) -> RouterError:
        pid = self._state.process.pid
        if self._processes.is_running(self._state.process):
            what = f"the router (Envoy, process {pid}) does not answer: {error}"
        else:
            what = f"the router (Envoy, process {pid}) died; clients of {self.url} are refused"
        return RouterError(f"{what}; its log is {self._log}", output=log_tail(self._log))
