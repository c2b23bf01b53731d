"""How many requests Envoy got, for those who have nothing of it but the address of its admin."""

from __future__ import annotations

import json
from urllib.parse import quote, urlsplit

from pytest_pipeline.adapters.envoy.admin import Admin, NoAnswerError
from pytest_pipeline.errors import RouterError


class EnvoyRequestLedger:
    """Implements `engine.request_ledger.RequestLedger`.

    A request is counted when its first byte is there, whatever becomes of it.

    Args:
        address: Of the admin interface, ``127.0.0.1:40001``.
    """

    def __init__(self, address: str) -> None:
        self._admin = Admin(address)

    def requests(self, url: str) -> int | None:
        """Return how many requests clients began at a listener; None where none listens so.

        Raises:
            RouterError: If Envoy does not answer: it was stopped, or started anew elsewhere.
        """
        try:
            ports = self._admin.listener_ports()
            name = next((each for each, port in ports.items() if port == _port(url)), None)
            return None if name is None else self._counted(name)
        except (NoAnswerError, ValueError, KeyError, TypeError) as error:
            raise RouterError(
                f"the router of {url} does not say how many requests it got: it was stopped or "
                f"started anew ({error})"
            ) from error

    def _counted(self, listener: str) -> int:
        name = f"http.{listener}.downstream_rq_total"
        wanted = quote(rf"^http\.{listener}\.downstream_rq_total$")
        listed = json.loads(self._admin.get(f"/stats?format=json&filter={wanted}"))["stats"]
        # A counter that nothing was counted in yet is left out.
        return next((int(each["value"]) for each in listed if each.get("name") == name), 0)


def _port(url: str) -> int | None:
    return urlsplit(url).port
