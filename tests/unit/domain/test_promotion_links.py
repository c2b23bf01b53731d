"""Where a chain of promotions breaks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_pipeline.domain.envelopes import Envelope
from pytest_pipeline.domain.promotion_links import link_breaks
from pytest_pipeline.domain.promotion_statements import promotion_statement
from pytest_pipeline.domain.promotions import AttestedPromotion
from tests.unit.domain.test_said_twice import PROMOTION


def chain(length: int) -> list[AttestedPromotion]:
    found: list[AttestedPromotion] = []
    for number in range(1, length + 1):
        previous = found[-1].digest if found else None
        promotion = replace(PROMOTION, sequence=number, previous=previous, service="orders")
        envelope = Envelope(promotion_statement(promotion, "orders").to_payload())
        found.append(AttestedPromotion(promotion, envelope))
    return found


def test_a_whole_chain_and_none_at_all_break_nowhere() -> None:
    assert [*link_breaks(chain(3)), *link_breaks([])] == []


@pytest.mark.parametrize(
    ("missing", "told"),
    [
        (0, "promotion 1 is missing (the next one is 2)"),
        (1, "promotion 2 is missing (the next one is 3)"),
    ],
)
def test_nothing_is_said_of_what_follows_a_gap(missing: int, told: str) -> None:
    found = chain(4)
    del found[missing]

    assert [(each.sequence, each.meaning) for each in link_breaks(found)] == [(missing + 1, told)]


def test_every_promotion_that_does_not_follow_is_named() -> None:
    found = chain(4)
    for number in (0, 2):
        found[number] = replace(
            found[number], promotion=replace(found[number].promotion, previous="sha256:0")
        )

    breaks = list(link_breaks(found))

    assert [each.sequence for each in breaks] == [1, 3]
    assert breaks[0].meaning.startswith("promotion 1 does not follow nothing")
    assert breaks[1].meaning.startswith("promotion 3 does not follow promotion 2")
