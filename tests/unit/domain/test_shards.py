"""Shards as they are written."""

from __future__ import annotations

import pytest

from pytest_pipeline.domain.shards import MOST_SHARDS, Shard, all_shards, shard_from


@pytest.mark.parametrize("text", ["1/1", "2/5", f"{MOST_SHARDS}/{MOST_SHARDS}"])
def test_a_shard_is_read_as_it_is_written(text: str) -> None:
    assert str(shard_from(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2",
        "0/5",
        "6/5",
        "-1/5",
        "2/0",
        "1/1001",
        "2/5/7",
        "a/b",
        "2 /5",
        "\u0662/\u0665",
        "2/5\n",
    ],
)
def test_what_is_no_shard_says_what_is_wanted(text: str) -> None:
    with pytest.raises(ValueError, match="wanted K/N with 1 <= K <= N <= 1000, such as 2/5"):
        shard_from(text)


def test_all_shards_are_counted_from_one() -> None:
    assert all_shards(3) == (Shard(1, 3), Shard(2, 3), Shard(3, 3))
