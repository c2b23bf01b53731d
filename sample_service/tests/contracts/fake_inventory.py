"""Inventory in memory, behind the same HTTP interface; it passes the contract suite."""

import json
import threading
from collections import deque
from http import HTTPStatus
from typing import Any

import httpx

BASE_URL = "http://inventory.test"


class FakeInventory:
    """Answers as inventory would, and fails when told to.

    Attributes:
        requests: Everything that was asked, in order.
        failures: Statuses to answer the next requests with, before acting.
        lost_answers: Number of next requests that are acted on, but whose answer is lost.
        down: Whether no connection can be made.
    """

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.failures: deque[int] = deque()
        self.lost_answers = 0
        self.down = False
        self._items: dict[str, dict[str, Any]] = {}
        self._reservations: dict[str, list[dict[str, Any]] | None] = {}
        self._lock = threading.Lock()

    @property
    def transport(self) -> httpx.MockTransport:
        """The wire to plug into a client."""
        return httpx.MockTransport(self._handle)

    def put(self, sku: str, *, stock: int, price_cents: int) -> None:
        """Offer a product."""
        self._items[sku] = {
            "sku": sku,
            "name": sku.title(),
            "price_cents": price_cents,
            "stock": stock,
        }

    def stock(self, sku: str) -> int:
        """Return the pieces that are not held."""
        stock: int = self._items[sku]["stock"]
        return stock

    def asked(self, method: str) -> int:
        """Return how often a method was used."""
        return sum(request.method == method for request in self.requests)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        with self._lock:
            self.requests.append(request)
            if self.down:
                raise httpx.ConnectError("connection refused", request=request)
            if self.failures:
                return _problem(self.failures.popleft(), "failing", "told to")
            answer = self._answer(request)
            if self.lost_answers:
                self.lost_answers -= 1
                raise httpx.ReadTimeout("answer lost", request=request)
            return answer

    def _answer(self, request: httpx.Request) -> httpx.Response:
        _, room, *rest = request.url.path.split("/")
        match request.method, room, rest:
            case "GET", "items", []:
                return self._page(request.url.params)
            case "GET", "items", [sku]:
                item = self._items.get(sku)
                return httpx.Response(200, json=item) if item else _unknown_item(sku)
            case "PUT", "items", [sku]:
                status = HTTPStatus.OK if sku in self._items else HTTPStatus.CREATED
                self._items[sku] = {"sku": sku, **json.loads(request.content)}
                return httpx.Response(status, json=self._items[sku])
            case "PUT", "reservations", [reservation_id]:
                return self._hold(reservation_id, json.loads(request.content)["lines"])
            case "DELETE", "reservations", [reservation_id]:
                for line in self._reservations.get(reservation_id) or []:
                    self._items[line["sku"]]["stock"] += line["quantity"]
                self._reservations[reservation_id] = None
                return httpx.Response(HTTPStatus.NO_CONTENT)
        return _problem(HTTPStatus.NOT_FOUND, "not_found", request.url.path)

    def _page(self, params: httpx.QueryParams) -> httpx.Response:
        limit = int(params.get("limit", "20"))
        skus = sorted(sku for sku in self._items if sku > params.get("after", ""))
        shown = [self._items[sku] for sku in skus[:limit]]
        following = shown[-1]["sku"] if len(skus) > limit else None
        return httpx.Response(200, json={"items": shown, "next": following})

    def _hold(self, reservation_id: str, wanted: list[dict[str, Any]]) -> httpx.Response:
        if reservation_id in self._reservations:
            return self._repeat(reservation_id, wanted)
        for line in wanted:
            item = self._items.get(line["sku"])
            if item is None:
                message = f"no item {line['sku']!r}"
                return _problem(HTTPStatus.UNPROCESSABLE_ENTITY, "unknown_sku", message)
            if item["stock"] < line["quantity"]:
                return _problem(HTTPStatus.CONFLICT, "insufficient_stock", "too few left")
        held = []
        for line in sorted(wanted, key=lambda one: str(one["sku"])):
            item = self._items[line["sku"]]
            item["stock"] -= line["quantity"]
            held.append({**line, "unit_price_cents": item["price_cents"]})
        self._reservations[reservation_id] = held
        return httpx.Response(HTTPStatus.CREATED, json={"id": reservation_id, "lines": held})

    def _repeat(self, reservation_id: str, wanted: list[dict[str, Any]]) -> httpx.Response:
        held = self._reservations[reservation_id]
        if held is None or _quantities(held) != _quantities(wanted):
            return _problem(HTTPStatus.CONFLICT, "reservation_conflict", "id used before")
        return httpx.Response(HTTPStatus.OK, json={"id": reservation_id, "lines": held})


def _quantities(lines: list[dict[str, Any]]) -> dict[str, int]:
    return {line["sku"]: line["quantity"] for line in lines}


def _unknown_item(sku: str) -> httpx.Response:
    return _problem(HTTPStatus.NOT_FOUND, "unknown_item", f"no item {sku!r}")


def _problem(status: int, code: str, message: str) -> httpx.Response:
    return httpx.Response(status, json={"code": code, "message": message})
