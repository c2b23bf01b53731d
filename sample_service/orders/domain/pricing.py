"""What an order costs; integers throughout, so that no cent is lost to rounding."""

from collections.abc import Iterable
from dataclasses import dataclass

VOLUME_QUANTITY = 10
VOLUME_DISCOUNT_PERCENT = 5
SHIPPING_CENTS = 490
FREE_SHIPPING_FROM_CENTS = 5000


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums on an order, in cents, each >= 0."""

    subtotal_cents: int
    discount_cents: int
    shipping_cents: int

    @property
    def total_cents(self) -> int:
        """What the customer pays."""
        return self.subtotal_cents - self.discount_cents + self.shipping_cents


def volume_discount_cents(quantity: int, unit_price_cents: int) -> int:
    """Return the discount on one line: 5 % from ten pieces on, rounded down."""
    if quantity < VOLUME_QUANTITY:
        return 0
    return quantity * unit_price_cents * VOLUME_DISCOUNT_PERCENT // 100


def shipping_cents(goods_cents: int) -> int:
    """Return the shipping costs; goods worth 50.00 after discount travel free."""
    return 0 if goods_cents >= FREE_SHIPPING_FROM_CENTS else SHIPPING_CENTS


def price(lines: Iterable[tuple[int, int]]) -> Totals:
    """Price an order.

    Args:
        lines: Quantity (count, >= 1) and unit price (cents, >= 0) of each product.
    """
    subtotal = discount = 0
    for quantity, unit_price_cents in lines:
        subtotal += quantity * unit_price_cents
        discount += volume_discount_cents(quantity, unit_price_cents)
    return Totals(subtotal, discount, shipping_cents(subtotal - discount))
