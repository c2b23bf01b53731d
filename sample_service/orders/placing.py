"""Placing an order: once per key, and with stock or not at all."""

import logging
import threading
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy.exc import SQLAlchemyError

from orders.domain.idempotency import Answer, Claim, Decision, decide, fingerprint
from orders.domain.order import Order, Wish
from orders.domain.patience import Deadline
from orders.domain.pricing import price
from orders.domain.states import Status
from orders.inventory_client import (
    InventoryClient,
    InventoryRefusedError,
    InventoryUnavailableError,
)
from orders.storage.claims import ClaimStore, LostClaimError
from orders.storage.orders import OrderStore

WAIT_S = 5.0
POLL_S = 0.02
_log = logging.getLogger(__name__)


class KeyReusedError(ValueError):
    """The key was used for another request."""


class StillInProgressError(RuntimeError):
    """The first request of the key has not finished yet."""


class PlaceOrder:
    """Reserve, then store; undo the reservation when storing fails.

    No database connection is held while inventory is asked: a slow inventory must not
    empty the pool.
    """

    def __init__(
        self,
        orders: OrderStore,
        claims: ClaimStore,
        inventory: InventoryClient,
        *,
        render: Callable[[Order], Answer],
        render_refusal: Callable[[InventoryRefusedError], Answer],
    ) -> None:
        self._orders = orders
        self._claims = claims
        self._inventory = inventory
        self._render = render
        self._render_refusal = render_refusal
        self._pause = threading.Event().wait

    def once(self, key: str, wish: Wish) -> tuple[Answer, bool]:
        """Answer a request once; returns the answer and whether it is a repetition.

        Raises:
            KeyReusedError: If the key belongs to a request with another body.
            StillInProgressError: If the first request takes longer than one may wait.
            InventoryUnavailableError: If inventory gave no answer; the key is free again.
        """
        digest = fingerprint(wish)
        deadline = Deadline(time.monotonic() + WAIT_S)
        while deadline.remaining_s(time.monotonic()):
            claim = Claim(
                key=key,
                fingerprint=digest,
                order_id=uuid.uuid4().hex,
                claimed_at=datetime.now(UTC),
            )
            first = self._claims.take(claim)
            if first is None:
                return self._answer(claim, wish), False
            decision = decide(first, claim)
            if decision is Decision.REFUSE:
                raise KeyReusedError(f"key {key!r} was used for another order")
            if first.answer is not None:
                return first.answer, True
            if decision is Decision.TAKE_OVER and self._claims.take_over(claim, first):
                # The dead instance may have reserved already.
                self._release(first.order_id)
                return self._answer(claim, wish), False
            self._pause(POLL_S)
        raise StillInProgressError(f"key {key!r} is still being worked on")

    def _answer(self, claim: Claim, wish: Wish) -> Answer:
        try:
            lines = self._inventory.reserve(claim.order_id, wish.lines)
        except InventoryRefusedError as refusal:
            answer = self._render_refusal(refusal)
            self._claims.complete(claim, answer)
            return answer
        except InventoryUnavailableError:
            # It may have reserved and only its answer was lost.
            self._undo(claim)
            raise
        order = Order(
            id=claim.order_id,
            customer=wish.customer,
            status=Status.PLACED,
            lines=lines,
            totals=price((line.quantity, line.unit_price_cents) for line in lines),
            created_at=datetime.now(UTC),
        )
        answer = self._render(order)
        try:
            self._orders.add(order, claim, answer)
        except (SQLAlchemyError, LostClaimError):
            # The commit may have arrived and only its acknowledgement was lost.
            if not self._is_stored(order.id):
                self._undo(claim)
                raise
        return answer

    def _is_stored(self, order_id: str) -> bool:
        try:
            return self._orders.find(order_id) is not None
        except SQLAlchemyError:
            return False

    def _undo(self, claim: Claim) -> None:
        self._release(claim.order_id)
        try:
            self._claims.give_up(claim)
        except SQLAlchemyError:
            # The key stays claimed until its lease ends; then a retry takes it over.
            _log.warning("idempotency key not freed", extra={"order_id": claim.order_id})

    def _release(self, order_id: str) -> None:
        try:
            self._inventory.release(order_id)
        except InventoryUnavailableError:
            # Nothing more can be done within this request; the id is what repair needs.
            _log.exception("reservation not released", extra={"order_id": order_id})
