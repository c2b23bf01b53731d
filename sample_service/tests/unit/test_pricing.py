import pytest

from orders.domain.pricing import Totals, price, shipping_cents, volume_discount_cents


@pytest.mark.parametrize(
    ("quantity", "expected"),
    [
        pytest.param(9, 0, id="nine-pieces-get-none"),
        pytest.param(10, 50, id="ten-pieces-get-five-percent"),
        pytest.param(1000, 5000, id="a-thousand-get-no-more-than-five"),
    ],
)
def test_the_volume_discount_starts_at_ten_pieces(quantity: int, expected: int) -> None:
    assert volume_discount_cents(quantity, 100) == expected


def test_a_fraction_of_a_cent_is_not_discounted() -> None:
    assert volume_discount_cents(11, 9) == 4


@pytest.mark.parametrize(
    ("goods", "expected"),
    [
        pytest.param(4999, 490, id="a-cent-too-little"),
        pytest.param(5000, 0, id="exactly-enough"),
    ],
)
def test_shipping_is_free_from_fifty_on(goods: int, expected: int) -> None:
    assert shipping_cents(goods) == expected


def test_an_order_adds_up_its_lines() -> None:
    assert price([(2, 100), (1, 50)]) == Totals(250, 0, 490)


def test_the_discount_counts_pieces_of_one_product_only() -> None:
    assert price([(5, 100), (5, 100)]).discount_cents == 0


def test_free_shipping_looks_at_the_price_after_discount() -> None:
    assert price([(10, 500)]) == Totals(5000, 250, 490)


def test_the_total_is_goods_less_discount_plus_shipping() -> None:
    assert Totals(1000, 50, 490).total_cents == 1440


def test_large_sums_lose_no_cent() -> None:
    assert price([(1, 10**17 + 1)]).total_cents == 10**17 + 1
