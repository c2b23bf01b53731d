"""Turns of several by weight: mixed well, and the same every time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def by_weight(weights: Sequence[int]) -> Iterator[int]:
    """Yield positions for ever, each as often as its weight says.

    In any ``sum(weights)`` turns in a row from the beginning each position has exactly its weight,
    and its turns are spread over them: weights 5, 1, 1 give 0 0 1 0 2 0 0.

    Args:
        weights: Of each position; counts, >= 1; at least one.

    Source:
        Smooth weighted round-robin of nginx, ``ngx_http_upstream_round_robin.c``.
    """
    total = sum(weights)
    credit = [0] * len(weights)
    while True:
        for position, weight in enumerate(weights):
            credit[position] += weight
        chosen = max(range(len(weights)), key=lambda position: credit[position])
        credit[chosen] -= total
        yield chosen
