"""Envoy's admin interface: what it took over, refused, counted, and has in flight."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import quote

#: An answer takes a millisecond; this is for a machine that is out of breath.
ANSWER_TIMEOUT_S = 5.0


class NoAnswerError(Exception):
    """The admin interface gave no answer; the router turns it into a `RouterError`."""


@dataclass(frozen=True)
class Updates:
    """What Envoy says of the documents it reads.

    Attributes:
        versions: Name of the statistic, ``cluster.r7.version_text``, to the version in force.
        refusals: Name of the statistic to the count of refused documents.
    """

    versions: Mapping[str, str]
    refusals: Mapping[str, int]

    def refused_since(self, earlier: Updates) -> list[str]:
        """Return the statistics that say that a document was refused after ``earlier``."""
        return sorted(
            name for name, count in self.refusals.items() if count > earlier.refusals.get(name, 0)
        )


class Admin:
    """The admin interface at an address such as ``127.0.0.1:40001``."""

    def __init__(self, address: str) -> None:
        self.address = address

    def get(self, path: str, *, timeout_s: float = ANSWER_TIMEOUT_S) -> str:
        """Return the answer to a GET.

        Raises:
            NoAnswerError: If there is none within ``timeout_s``, or it is not 200.
        """
        return self._ask("GET", path, timeout_s)

    def post(self, path: str, *, timeout_s: float = ANSWER_TIMEOUT_S) -> str:
        """Return the answer to a POST without a body.

        Raises:
            NoAnswerError: If there is none within ``timeout_s``, or it is not 200.
        """
        return self._ask("POST", path, timeout_s)

    def _ask(self, method: str, path: str, timeout_s: float) -> str:
        connection = HTTPConnection(self.address, timeout=timeout_s)
        try:
            connection.request(method, path)
            answer = connection.getresponse()
            text = answer.read().decode()
        except (OSError, HTTPException) as error:
            raise NoAnswerError(f"{method} http://{self.address}{path}: {error!r}") from error
        finally:
            connection.close()
        if answer.status != 200:  # noqa: PLR2004
            raise NoAnswerError(
                f"{method} http://{self.address}{path}: {answer.status} {text.strip()}"
            )
        return text

    def is_live(self, *, timeout_s: float = ANSWER_TIMEOUT_S) -> bool:
        """Return whether Envoy serves."""
        try:
            return self.get("/ready", timeout_s=timeout_s).strip() == "LIVE"
        except NoAnswerError:
            return False

    def listener_ports(self) -> dict[str, int]:
        """Return the ports that are listened on, by the listener's name."""
        listeners = json.loads(self.get("/listeners?format=json"))["listener_statuses"]
        return {
            str(each["name"]): int(each["local_address"]["socket_address"]["port_value"])
            for each in listeners
        }

    def updates(self) -> Updates:
        """Return versions in force and refusals."""
        wanted = quote(r"\.(version_text|update_rejected|update_failure)$")
        listed = json.loads(self.get(f"/stats?format=json&filter={wanted}"))["stats"]
        values = {str(each["name"]): each["value"] for each in listed if "name" in each}
        return Updates(
            {name: str(value) for name, value in values.items() if name.endswith("version_text")},
            {name: int(value) for name, value in values.items() if "update_" in name},
        )

    def active_requests(self, instance: str) -> int:
        """Return the requests in flight at the endpoints that carry an instance's identifier."""
        clusters = json.loads(self.get("/clusters?format=json")).get("cluster_statuses", ())
        return sum(
            _active(host)
            for cluster in clusters
            for host in cluster.get("host_statuses", ())
            if host.get("hostname") == instance
        )

    def cluster_statistics(self, cluster: str) -> str:
        """Return the statistics of a cluster's requests, in Prometheus' text format."""
        of_connections = "cx_none_healthy|cx_destroy_remote_with_active_rq"
        wanted = quote(rf"^cluster\.{cluster}\.upstream_(rq|{of_connections})")
        return self.get(f"/stats/prometheus?filter={wanted}")


def _active(host: Mapping[str, Any]) -> int:
    gauges = {each["name"]: int(each.get("value", 0)) for each in host["stats"]}
    return gauges.get("rq_active", 0) + gauges.get("rq_pending_active", 0)
