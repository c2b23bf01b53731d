"""What a locustfile reads: the data that its load test gave it.

::

    from pytest_pipeline.load_data import load_data, take

    PRODUCTS = load_data("products")        # a JSON value, the same for all users


    class Buyer(HttpUser):
        def on_start(self):
            self.customer = take("customers")   # an item of a list, each user its own

It is there in every process of the generator, on other machines as well. Nothing heavy is imported.
"""

from __future__ import annotations

import json
import os
from itertools import count
from pathlib import Path
from typing import Any

__all__ = ["load_data", "take"]

#: Variable of the generator's process: the file of the data.
FILE_VARIABLE = "PIPELINE_LOAD_DATA"
_data: dict[str, Any] | None = None
_counters: dict[str, count[int]] = {}
_share = (0, 1)


def load_data(name: str) -> Any:  # noqa: ANN401 - whatever the load test gave
    """Return data that the load test gave: ``pipeline_load_test(..., data={name: value})``.

    Args:
        name: Its name.

    Raises:
        LookupError: If nothing of this name was given; names what was.
    """
    data = _all()
    if name not in data:
        known = ", ".join(map(repr, data)) or "nothing"
        raise LookupError(
            f"no load data {name!r}; the load test gave {known}: "
            f"pipeline_load_test(..., data={{{name!r}: ...}})"
        )
    return data[name]


def take(name: str) -> Any:  # noqa: ANN401 - whatever the load test gave
    """Return the next item of a list that the load test gave; after the last one the first again.

    Of several processes each takes its own: with n of them the first takes the items 0, n, 2n …,
    the second one 1, n + 1 …, and so on. So no item is taken twice before some process has come to
    the end of its own.

    Args:
        name: Name of the list.

    Raises:
        LookupError: If nothing of this name was given, no list, or an empty one.
    """
    items = load_data(name)
    if not isinstance(items, list) or not items:
        raise LookupError(f"load data {name!r} is no list with items to take one from")
    index, of = _share
    taken = next(_counters.setdefault(name, count()))
    return items[(index + taken * of) % len(items)]


def assign_share(index: int, of: int) -> None:
    """Say which of the processes this is; takes begin anew.

    Args:
        index: Its place among them, 0 to ``of - 1``.
        of: Processes that send requests; count, >= 1.
    """
    global _share  # noqa: PLW0603 - a process has one place
    _share = (index, of)
    _counters.clear()


def _all() -> dict[str, Any]:
    global _data  # noqa: PLW0603 - read once a process
    if _data is None:
        path = os.environ.get(FILE_VARIABLE)
        _data = json.loads(Path(path).read_text(encoding="utf-8")) if path else {}
    return _data
