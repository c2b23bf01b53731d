"""Why a load never began is said in the words of whoever wrote the locustfile."""

from __future__ import annotations

import pytest

from pytest_pipeline.adapters.locust_load.never_began import never_began
from pytest_pipeline.domain.load import LoadSpec
from pytest_pipeline.engine.ports import Completed

BROKEN = """
[2026-11-24 00:16:21,717] vm/INFO/locust.main: Starting Locust 2.47.0
Traceback (most recent call last):
  File "/x/site-packages/locust/main.py", line 7, in load
    load()
  File "/x/locustfile_shop.py", line 3
    def x(:
          ^
SyntaxError: invalid syntax
--------|-------|------
"""
TAKEN = "locust.exception.RPCError: Socket bind failure: Address already in use (addr='tcp://h')"


def _told(output: str, *, exit_code: int | None = 1, shape: str = "") -> str:
    rate = None if shape else 5.0
    spec = LoadSpec("/x/locustfile_shop.py", "http://h", 0, 0, 2, rate=rate, shape=shape)
    return never_began(Completed(exit_code, output), spec)


@pytest.mark.parametrize(
    ("output", "said"),
    [
        pytest.param(
            BROKEN, "SyntaxError: invalid syntax (/x/locustfile_shop.py, line 3)", id="broken"
        ),
        pytest.param(
            "[2026-11-24 00:16:21,717] vm/ERROR/locust.main: No User class found!\n",
            "No User class found!",
            id="prefix",
        ),
        pytest.param("", "nothing", id="silent"),
    ],
)
def test_the_locustfile_and_the_last_words_are_named(output: str, said: str) -> None:
    assert _told(output) == (
        f"Locust began no load of locustfile_shop.py and ended with exit code 1; it said: {said}"
    )


def test_an_address_that_is_taken_is_named() -> None:
    assert _told(TAKEN).startswith("`listen` 127.0.0.1:5557 is taken: ")


def test_a_shape_that_ended_at_once_is_named() -> None:
    told = _told("--- | ---\n", exit_code=0, shape="Steps")

    assert told == "locustfile_shop.py: the shape Steps ended before anything began"
