"""Asks the inventory service; every call has a deadline."""

import threading
import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

import httpx

from orders.domain.order import OrderLine, WishedLine
from orders.domain.patience import Deadline, RetryPolicy
from orders.telemetry.request_id import HEADER, current_request_id

BUDGET_S = 2.0
RELEASE_BUDGET_S = 1.0
RETRIES = RetryPolicy(attempts=3, attempt_timeout_s=1.0, first_pause_s=0.05)
_PASSING = {
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
}


class InventoryUnavailableError(RuntimeError):
    """Inventory gave no usable answer: whether it acted is not known."""


class InventoryRefusedError(RuntimeError):
    """Inventory understood and said no; it will say the same again."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


def open_client(inventory_url: str, transport: httpx.BaseTransport | None = None) -> httpx.Client:
    """Return a pooled HTTP client; ``transport`` replaces the network in tests."""
    return httpx.Client(
        base_url=inventory_url,
        timeout=RETRIES.attempt_timeout_s,
        limits=httpx.Limits(max_connections=20, max_keepalive_connections=20, keepalive_expiry=3),
        transport=transport,
        # Proxies of the host are none of this service's business.
        trust_env=False,
    )


class InventoryClient:
    """Speaks inventory's HTTP interface.

    All calls are idempotent by design (reservations are PUT under the order's id), so all
    may be retried.
    """

    def __init__(
        self,
        http: httpx.Client,
        *,
        now_s: Callable[[], float] = time.monotonic,
        pause: Callable[[float], object] | None = None,
    ) -> None:
        self._http = http
        self._now_s = now_s
        self._pause = pause or threading.Event().wait

    def reserve(self, order_id: str, lines: Iterable[WishedLine]) -> tuple[OrderLine, ...]:
        """Hold stock for an order and return its lines with today's prices.

        Raises:
            InventoryRefusedError: If a product is unknown or sold out.
            InventoryUnavailableError: If there was no usable answer in time.
        """
        wanted = [{"sku": line.sku, "quantity": line.quantity} for line in lines]
        answer = self._send("PUT", f"/reservations/{order_id}", BUDGET_S, {"lines": wanted})
        return tuple(
            OrderLine(line["sku"], line["quantity"], line["unit_price_cents"])
            for line in answer["lines"]
        )

    def release(self, order_id: str) -> None:
        """Give an order's stock back; also stops a reservation that is still on its way.

        Raises:
            InventoryUnavailableError: If there was no usable answer in time.
        """
        self._send("DELETE", f"/reservations/{order_id}", RELEASE_BUDGET_S)

    def products(self, *, limit: int, after: str) -> dict[str, Any]:
        """Return a page of the catalogue, sorted by SKU.

        Raises:
            InventoryUnavailableError: If there was no usable answer in time.
        """
        return self._send("GET", "/items", BUDGET_S, params={"limit": limit, "after": after})

    def product(self, sku: str) -> dict[str, Any]:
        """Return one product.

        Raises:
            InventoryRefusedError: If it is unknown.
            InventoryUnavailableError: If there was no usable answer in time.
        """
        return self._send("GET", f"/items/{sku}", BUDGET_S)

    def _send(
        self,
        method: str,
        path: str,
        budget_s: float,
        body: dict[str, Any] | None = None,
        params: dict[str, str | int] | None = None,
    ) -> dict[str, Any]:
        deadline = Deadline(self._now_s() + budget_s)
        headers = {HEADER: current_request_id()}
        tried = 0
        while True:
            timeout_s = RETRIES.timeout_s(deadline.remaining_s(self._now_s()))
            try:
                response = self._http.request(
                    method, path, json=body, params=params, headers=headers, timeout=timeout_s
                )
                problem = f"{response.status_code} from {method} {path}"
            except httpx.TransportError as error:
                response = None
                problem = f"{type(error).__name__} at {method} {path}"
            if response is not None and response.status_code not in _PASSING:
                return _read(response, problem)
            tried += 1
            pause_s = RETRIES.pause_s(tried, deadline.remaining_s(self._now_s()))
            if pause_s is None:
                raise InventoryUnavailableError(f"inventory: {problem}, tried {tried} times")
            self._pause(pause_s)


def _read(response: httpx.Response, problem: str) -> dict[str, Any]:
    if response.status_code == HTTPStatus.NO_CONTENT:
        return {}
    try:
        answer = response.json()
        if response.is_success:
            return dict(answer)
        refusal = InventoryRefusedError(response.status_code, answer["code"], answer["message"])
    except (ValueError, KeyError, TypeError) as error:
        raise InventoryUnavailableError(f"inventory: unreadable answer, {problem}") from error
    raise refusal
